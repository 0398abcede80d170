using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Operator.Resources.Shared;

namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>What graph, meta and storage services have in common.</summary>
public abstract record ComponentSpec
{
    /// <summary>How many pods.</summary>
    [DefaultValue(1)]
    [Range(1, int.MaxValue)]
    public int? Replicas { get; init; }

    /// <summary>The image, without its tag.</summary>
    [MinLength(1)]
    public required string Image { get; init; }

    /// <summary>The image's tag.</summary>
    [DefaultValue("latest")]
    public string? Version { get; init; }

    /// <summary>Flags of the service; all values are texts.</summary>
    public IReadOnlyDictionary<string, string>? Config { get; init; }

    /// <summary>Environment of the service's container.</summary>
    [Embedded("name")]
    public IReadOnlyList<JsonObject>? Env { get; init; }

    /// <summary>Containers that run before the service.</summary>
    [Embedded("name")]
    public IReadOnlyList<JsonObject>? InitContainers { get; init; }

    /// <summary>Containers beside the service; one with the name of a container of ours changes that.</summary>
    [Embedded("name")]
    public IReadOnlyList<JsonObject>? SidecarContainers { get; init; }

    /// <summary>Further volumes of the pod.</summary>
    [Embedded("name")]
    public IReadOnlyList<JsonObject>? Volumes { get; init; }

    /// <summary>What the service's container mounts of them.</summary>
    [Embedded("name", "mountPath")]
    public IReadOnlyList<JsonObject>? VolumeMounts { get; init; }

    /// <summary>CPU and memory of the service's container.</summary>
    public ResourceRequirements? Resources { get; init; }

    /// <summary>Annotations of the pods.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Labels of the pods.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Labels of the nodes that the pods may run on, added to the cluster's.</summary>
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Where the pods prefer or refuse to run, in place of the cluster's.</summary>
    [Embedded]
    public JsonObject? Affinity { get; init; }

    /// <summary>Taints that the pods bear, in place of the cluster's.</summary>
    [Embedded]
    public IReadOnlyList<JsonObject>? Tolerations { get; init; }

    /// <summary>How the pods spread over the nodes, in place of the cluster's.</summary>
    public IReadOnlyList<SpreadConstraint>? TopologySpreadConstraints { get; init; }

    /// <summary>Rights of the service's container.</summary>
    [Embedded]
    public JsonObject? SecurityContext { get; init; }

    /// <summary>When a pod counts as ready; by default when its HTTP /status answers.</summary>
    [Embedded]
    public JsonObject? ReadinessProbe { get; init; }

    /// <summary>When a pod is restarted; by default never by a probe.</summary>
    [Embedded]
    public JsonObject? LivenessProbe { get; init; }

    /// <summary>The pods' resolver.</summary>
    [Embedded]
    public JsonObject? DnsConfig { get; init; }

    /// <summary>Where the pods' resolver comes from; by default ClusterFirst.</summary>
    public string? DnsPolicy { get; init; }
}
