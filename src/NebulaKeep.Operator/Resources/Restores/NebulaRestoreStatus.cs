using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Operator.Resources.Shared;

namespace NebulaKeep.Operator.Resources.Restores;

/// <summary>What has happened to a restore so far.</summary>
public sealed record NebulaRestoreStatus
{
    /// <summary>When it began.</summary>
    [AcceptsNull]
    public DateTimeOffset? TimeStarted { get; init; }

    /// <summary>When it was complete.</summary>
    [AcceptsNull]
    public DateTimeOffset? TimeCompleted { get; init; }

    /// <summary>The new cluster.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The new cluster's namespace.</summary>
    public string? ClusterNamespace { get; init; }

    /// <summary>The new cluster's identity: another one of its name is not ours.</summary>
    public string? ClusterUid { get; init; }

    /// <summary>spec.config as it was when the restore was started; later edits change nothing.</summary>
    [Embedded]
    public JsonObject? Config { get; init; }

    /// <summary>Which meta services have taken in their tables.</summary>
    [AcceptsNull]
    public IReadOnlyList<RestoredMetad>? Metads { get; init; }

    /// <summary>The one word that sums it up: Pending, Running, MetadComplete, StoragedComplete, Complete, Failed, Invalid.</summary>
    public string? Phase { get; init; }

    /// <summary>The present state in detail.</summary>
    [AcceptsNull]
    public IReadOnlyList<StatusCondition>? Conditions { get; init; }

    /// <summary>The new hosts of each part, by space and part number joined by a dash.</summary>
    [AcceptsNull]
    public IReadOnlyDictionary<string, IReadOnlyList<RestoredHost>>? Partitions { get; init; }

    /// <summary>Directories to remove after success, by host and port.</summary>
    [AcceptsNull]
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Checkpoints { get; init; }

    /// <summary>The meta services' files are in place.</summary>
    public bool? MetaDownload { get; init; }

    /// <summary>The storage services' files are in place.</summary>
    public bool? StorageDownload { get; init; }

    /// <summary>The generation of the object that this status speaks of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Fields of other releases, kept.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }
}

/// <summary>A meta service of the new cluster.</summary>
public sealed record RestoredMetad
{
    /// <summary>Its pod.</summary>
    public required string Name { get; init; }

    /// <summary>How often it was told to take in its tables, counted before each call.</summary>
    public int Attempts { get; init; }

    /// <summary>It has said that it did.</summary>
    public bool IsRestored { get; init; }
}

/// <summary>A storage service of the new cluster.</summary>
public sealed record RestoredHost
{
    /// <summary>Its name.</summary>
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }
}
