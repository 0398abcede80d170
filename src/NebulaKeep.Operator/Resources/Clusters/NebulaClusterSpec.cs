using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Operator.Resources.Shared;

namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>The wanted cluster.</summary>
public sealed record NebulaClusterSpec
{
    /// <summary>The graph services.</summary>
    public required GraphdSpec Graphd { get; init; }

    /// <summary>The meta services.</summary>
    public required MetadSpec Metad { get; init; }

    /// <summary>The storage services.</summary>
    public required StoragedSpec Storaged { get; init; }

    /// <summary>Run the backup agent, container ng-agent, beside every service. Changing it restarts the pods one by one.</summary>
    [DefaultValue(false)]
    public bool? EnableBR { get; init; }

    /// <summary>The backup agent.</summary>
    public AgentSpec? Agent { get; init; }

    /// <summary>Certificates; needed wherever TLS is on.</summary>
    public SslCertsSpec? SslCerts { get; init; }

    /// <summary>When the images of the cluster's containers are pulled.</summary>
    [DefaultValue("Always")]
    [AllowedValues("Always", "IfNotPresent", "Never")]
    public string? ImagePullPolicy { get; init; }

    /// <summary>Secrets for private registries.</summary>
    [Embedded]
    public IReadOnlyList<JsonObject>? ImagePullSecrets { get; init; }

    /// <summary>The image of helper containers, with its tag; it has sh, curl and jq.</summary>
    public string? AlpineImage { get; init; }

    /// <summary>Which kind of workload is made; by default StatefulSets of apps/v1.</summary>
    public WorkloadReference? Reference { get; init; }

    /// <summary>Take the pods away and keep data and configuration.</summary>
    [DefaultValue(false)]
    public bool? Suspend { get; init; }

    /// <summary>The scheduler that places the pods.</summary>
    [DefaultValue("default-scheduler")]
    public string? SchedulerName { get; init; }

    /// <summary>How pods spread over the nodes.</summary>
    public IReadOnlyList<SpreadConstraint>? TopologySpreadConstraints { get; init; }

    /// <summary>Delete the data with the cluster.</summary>
    [DefaultValue(false)]
    public bool? EnablePVReclaim { get; init; }

    /// <summary>Labels of the nodes that pods may run on; a service's own win.</summary>
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Where pods prefer or refuse to run, for services that don't say.</summary>
    [Embedded]
    public JsonObject? Affinity { get; init; }

    /// <summary>Taints that pods bear, for services that don't say.</summary>
    [Embedded]
    public IReadOnlyList<JsonObject>? Tolerations { get; init; }

    /// <summary>Rotate the services' logs; without it they grow.</summary>
    public LogRotateSpec? LogRotate { get; init; }

    /// <summary>Rebuild pods of hosts that are gone.</summary>
    [DefaultValue(false)]
    public bool? EnableAutoFailover { get; init; }

    /// <summary>How long a host must be gone before it is replaced, as a Go duration.</summary>
    [RegularExpression(Patterns.Duration)]
    public string? FailoverPeriod { get; init; }

    /// <summary>The metrics exporter.</summary>
    [Embedded("image")]
    public JsonObject? Exporter { get; init; }

    /// <summary>A pod with the console.</summary>
    [Embedded]
    public JsonObject? Console { get; init; }

    /// <summary>Keeping core dumps; accepted and not acted upon, because it changes the node's kernel settings for everybody.</summary>
    [Embedded]
    public JsonObject? CoredumpPreservation { get; init; }
}
