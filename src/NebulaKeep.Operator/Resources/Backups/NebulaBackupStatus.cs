using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Operator.Resources.Shared;

namespace NebulaKeep.Operator.Resources.Backups;

/// <summary>What has happened to a backup so far.</summary>
public sealed record NebulaBackupStatus
{
    /// <summary>full or incr.</summary>
    public string? Type { get; init; }

    /// <summary>The name under which the data lies in the store.</summary>
    public string? BackupName { get; init; }

    /// <summary>The backup that this one builds on.</summary>
    public string? BaseBackupName { get; init; }

    /// <summary>When the Job was made.</summary>
    [AcceptsNull]
    public DateTimeOffset? TimeStarted { get; init; }

    /// <summary>When the backup was complete.</summary>
    [AcceptsNull]
    public DateTimeOffset? TimeCompleted { get; init; }

    /// <summary>The one word that sums it up: Pending, Running, Complete, Failed, Invalid, Clean.</summary>
    public string? Phase { get; init; }

    /// <summary>The present state in detail.</summary>
    [AcceptsNull]
    public IReadOnlyList<StatusCondition>? Conditions { get; init; }

    /// <summary>The generation of the object that this status speaks of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>The Job that makes the backup.</summary>
    public string? JobName { get; init; }

    /// <summary>The Job's identity: another Job of its name is not ours.</summary>
    public string? JobUid { get; init; }

    /// <summary>spec.config as it was when the backup was started; later edits change nothing.</summary>
    [Embedded]
    public JsonObject? Config { get; init; }

    /// <summary>The Lease, in the cluster's namespace, that keeps other backups of the cluster waiting for this one.</summary>
    public string? ClusterLock { get; init; }

    /// <summary>How often removing the data has failed.</summary>
    public int? CleanFailures { get; init; }

    /// <summary>The last Job that failed to remove the data.</summary>
    public string? CleanFailedJobUid { get; init; }

    /// <summary>How far the backup is.</summary>
    public BackupProgress? Progress { get; init; }

    /// <summary>For how many milliseconds the cluster refused writes.</summary>
    public long? WriteBlockedMilliseconds { get; init; }

    /// <summary>Fields of other releases, kept.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }
}

/// <summary>How far a backup is.</summary>
public sealed record BackupProgress
{
    /// <summary>Files that are in the store.</summary>
    public long? Files { get; init; }

    /// <summary>Files in all, once known.</summary>
    public long? TotalFiles { get; init; }

    /// <summary>Bytes that are in the store.</summary>
    public long? Bytes { get; init; }

    /// <summary>Bytes in all, once known.</summary>
    public long? TotalBytes { get; init; }

    /// <summary>When this was read.</summary>
    [AcceptsNull]
    public DateTimeOffset? LastUpdateTime { get; init; }
}
