using NebulaKeep.Kubernetes.Crds;

namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>A NebulaGraph cluster: graph, meta and storage services.</summary>
[CustomResource("apps.nebula-graph.io", "v1alpha1", "NebulaCluster", "nebulaclusters", "nc")]
[PrinterColumn("READY", "string", """.status.conditions[?(@.type=="Ready")].status""")]
[PrinterColumn("GRAPHD-DESIRED", "string", ".spec.graphd.replicas")]
[PrinterColumn("GRAPHD-READY", "string", ".status.graphd.workload.readyReplicas")]
[PrinterColumn("METAD-DESIRED", "string", ".spec.metad.replicas")]
[PrinterColumn("METAD-READY", "string", ".status.metad.workload.readyReplicas")]
[PrinterColumn("STORAGED-DESIRED", "string", ".spec.storaged.replicas")]
[PrinterColumn("STORAGED-READY", "string", ".status.storaged.workload.readyReplicas")]
[PrinterColumn("AGE", "date", ".metadata.creationTimestamp")]
public sealed record NebulaCluster
{
    /// <summary>The wanted cluster.</summary>
    public required NebulaClusterSpec Spec { get; init; }

    /// <summary>The present state.</summary>
    public NebulaClusterStatus? Status { get; init; }
}
