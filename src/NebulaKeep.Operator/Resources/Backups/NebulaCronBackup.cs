using NebulaKeep.Kubernetes.Crds;

namespace NebulaKeep.Operator.Resources.Backups;

/// <summary>Makes backups of a NebulaGraph cluster by a schedule and deletes those that are too old.</summary>
[CustomResource("apps.nebula-graph.io", "v1alpha1", "NebulaCronBackup", "nebulacronbackups", "ncb")]
[PrinterColumn("Schedule", "string", ".spec.schedule")]
[PrinterColumn("LastBackup", "string", ".status.lastBackup")]
[PrinterColumn("LastScheduleTime", "date", ".status.lastScheduleTime")]
[PrinterColumn("LastSuccessfulTime", "date", ".status.lastSuccessfulTime")]
[PrinterColumn("BackupCleanTime", "date", ".status.backupCleanTime")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record NebulaCronBackup
{
    /// <summary>When to back up, what, and how long to keep it.</summary>
    public required NebulaCronBackupSpec Spec { get; init; }

    /// <summary>What has happened so far.</summary>
    public NebulaCronBackupStatus? Status { get; init; }
}
