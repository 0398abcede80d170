using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Operator.Resources.Shared;

namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>The present state of a cluster.</summary>
public sealed record NebulaClusterStatus
{
    /// <summary>The generation of the object that this status speaks of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>The version that the meta services report.</summary>
    public string? Version { get; init; }

    /// <summary>The present state in detail.</summary>
    [AcceptsNull]
    public IReadOnlyList<StatusCondition>? Conditions { get; init; }

    /// <summary>The graph services.</summary>
    public ComponentStatus? Graphd { get; init; }

    /// <summary>The meta services.</summary>
    public ComponentStatus? Metad { get; init; }

    /// <summary>The storage services.</summary>
    public StoragedStatus? Storaged { get; init; }

    /// <summary>Fields of other releases, kept.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }
}

/// <summary>The present state of one kind of service.</summary>
public record ComponentStatus
{
    /// <summary>The tag of the image that runs.</summary>
    public string? Version { get; init; }

    /// <summary>Running, ScaleIn, ScaleOut, Update or Suspend.</summary>
    public string? Phase { get; init; }

    /// <summary>The status of the StatefulSet.</summary>
    public WorkloadStatus? Workload { get; init; }

    /// <summary>Hosts that failed, by pod.</summary>
    [Embedded]
    public JsonObject? FailureHosts { get; init; }

    /// <summary>The volumes that were provided.</summary>
    public VolumeStatus? Volume { get; init; }

    /// <summary>Fields of other releases, kept.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }
}

/// <summary>The present state of the storage services.</summary>
public sealed record StoragedStatus : ComponentStatus
{
    /// <summary>The hosts are registered with the meta service.</summary>
    public bool? HostsAdded { get; init; }

    /// <summary>How many hosts are registered.</summary>
    public int? RegisteredReplicas { get; init; }

    /// <summary>Spaces whose data has left the hosts that go.</summary>
    public IReadOnlyList<int>? RemovedSpaces { get; init; }

    /// <summary>Spaces whose data is balanced.</summary>
    public IReadOnlyList<int>? BalancedSpaces { get; init; }

    /// <summary>When data was balanced last.</summary>
    [AcceptsNull]
    public DateTimeOffset? LastBalancedTime { get; init; }

    /// <summary>The last balance job.</summary>
    public LastBalanceJob? LastBalanceJob { get; init; }
}
