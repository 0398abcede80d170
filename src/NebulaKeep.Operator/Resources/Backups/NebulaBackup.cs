using NebulaKeep.Kubernetes.Crds;

namespace NebulaKeep.Operator.Resources.Backups;

/// <summary>One backup of a NebulaGraph cluster to object storage.</summary>
[CustomResource("apps.nebula-graph.io", "v1alpha1", "NebulaBackup", "nebulabackups", "nb")]
[PrinterColumn("Type", "string", ".status.type")]
[PrinterColumn("BACKUP", "string", ".status.backupName")]
[PrinterColumn("Status", "string", ".status.phase")]
[PrinterColumn("Started", "date", ".status.timeStarted")]
[PrinterColumn("Completed", "date", ".status.timeCompleted")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record NebulaBackup
{
    /// <summary>What to back up, where to, and how the Job's pod is made.</summary>
    public required NebulaBackupSpec Spec { get; init; }

    /// <summary>What has happened so far.</summary>
    public NebulaBackupStatus? Status { get; init; }
}
