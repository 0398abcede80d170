using NebulaKeep.Kubernetes.Crds;

namespace NebulaKeep.Operator.Resources.Restores;

/// <summary>Restores a backup into a new NebulaGraph cluster.</summary>
[CustomResource("apps.nebula-graph.io", "v1alpha1", "NebulaRestore", "nebularestores", "nr")]
[PrinterColumn("Status", "string", ".status.phase")]
[PrinterColumn("RESTORED-CLUSTER", "string", ".status.clusterName")]
[PrinterColumn("Started", "date", ".status.timeStarted")]
[PrinterColumn("Completed", "date", ".status.timeCompleted")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record NebulaRestore
{
    /// <summary>What to restore and from where.</summary>
    public required NebulaRestoreSpec Spec { get; init; }

    /// <summary>What has happened so far.</summary>
    public NebulaRestoreStatus? Status { get; init; }
}
