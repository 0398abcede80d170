using System.Text.Json;
using System.Text.Json.Serialization;
using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Operator.Resources.Shared;

namespace NebulaKeep.Operator.Resources.Backups;

/// <summary>What a schedule has done so far.</summary>
public sealed record NebulaCronBackupStatus
{
    /// <summary>The last NebulaBackup that was made.</summary>
    public string? LastBackup { get; init; }

    /// <summary>The scheduled time of the last backup.</summary>
    [AcceptsNull]
    public DateTimeOffset? LastScheduleTime { get; init; }

    /// <summary>When a backup was completed last.</summary>
    [AcceptsNull]
    public DateTimeOffset? LastSuccessfulTime { get; init; }

    /// <summary>When old backups were deleted last.</summary>
    [AcceptsNull]
    public DateTimeOffset? BackupCleanTime { get; init; }

    /// <summary>The next scheduled time.</summary>
    [AcceptsNull]
    public DateTimeOffset? NextScheduleTime { get; init; }

    /// <summary>The present state in detail.</summary>
    [AcceptsNull]
    public IReadOnlyList<StatusCondition>? Conditions { get; init; }

    /// <summary>The generation of the object that this status speaks of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Fields of other releases, kept.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }
}
