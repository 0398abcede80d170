using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Clusters.Daemons;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>All that a decision on a NebulaCluster is made of.</summary>
sealed record ClusterFacts
{
    public required JsonObject Json { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>The DNS domain of Kubernetes.</summary>
    public required string Domain { get; init; }

    /// <summary>The NebulaRestore that makes the cluster, where its annotation names one that is there.</summary>
    public JsonObject? Restore { get; init; }

    /// <summary>Read from the API server in this reconciliation, and not from the cache.</summary>
    public bool IsLive { get; init; }

    public OwnedObjects Owned { get; init; } = OwnedObjects.Of([]);

    public IReadOnlyList<JsonObject> Pods { get; init; } = [];

    public IReadOnlyList<JsonObject> Claims { get; init; } = [];

    /// <summary>What was sent in this reconciliation, by its mark: an answer that differs from it is not sent again.</summary>
    public IReadOnlySet<string> Sent { get; init; } = new HashSet<string>();

    /// <summary>Why the API server refused an object; null for no refusal.</summary>
    public string? Refusal { get; init; }

    /// <summary>Claims that the API server does not let grow, with its reason.</summary>
    public IReadOnlyDictionary<string, string> FixedClaims { get; init; } = new Dictionary<string, string>();

    /// <summary>Asked for: what the meta service says.</summary>
    public MetaAnswer? Meta { get; init; }

    /// <summary>Asked for: why it says nothing.</summary>
    public string? MetaProblem { get; init; }

    /// <summary>Asked for with it: the backup that has the cluster, while which nothing may be balanced.</summary>
    public string? Backup { get; init; }

    /// <summary>Asked for: storageds whose leaders have been moved away in this reconciliation.</summary>
    public IReadOnlySet<string> Led { get; init; } = new HashSet<string>();

    public IEnumerable<JsonObject> PodsOf(Component component) => Pods.Where(pod => pod.Label(Labels.Component) == component.Name);
}
