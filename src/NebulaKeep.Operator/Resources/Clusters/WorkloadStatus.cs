using System.Text.Json;
using System.Text.Json.Serialization;

namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>The status of a StatefulSet, copied.</summary>
public sealed record WorkloadStatus
{
    /// <summary>The generation of the StatefulSet that its controller has seen.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Pods that are ready.</summary>
    public int? ReadyReplicas { get; init; }

    /// <summary>Pods that there are.</summary>
    public int? Replicas { get; init; }

    /// <summary>Pods of the newest revision.</summary>
    public int? UpdatedReplicas { get; init; }

    /// <summary>Pods of the revision before.</summary>
    public int? CurrentReplicas { get; init; }

    /// <summary>How often the name of a revision was taken.</summary>
    public int? CollisionCount { get; init; }

    /// <summary>The revision that pods had before the last change.</summary>
    public string? CurrentRevision { get; init; }

    /// <summary>The newest revision.</summary>
    public string? UpdateRevision { get; init; }

    /// <summary>Pods that have been ready for long enough.</summary>
    public int? AvailableReplicas { get; init; }

    /// <summary>Fields of other releases, kept.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }
}
