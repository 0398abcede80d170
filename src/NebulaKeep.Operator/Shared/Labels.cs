namespace NebulaKeep.Operator.Shared;

/// <summary>Keys and values of labels, annotations and finalizers, as upstream's operator names them (spec/operator-crds.md §1.6), and ours.</summary>
static class Labels
{
    public const string Name = "app.kubernetes.io/name";
    public const string ManagedBy = "app.kubernetes.io/managed-by";
    public const string Component = "app.kubernetes.io/component";
    public const string Cluster = "app.kubernetes.io/cluster";
    public const string Backup = "apps.nebula-graph.io/backup";
    public const string CronBackup = "apps.nebula-graph.io/cron-backup";

    public const string Product = "nebula-graph";
    public const string Operator = "nebula-operator";

    /// <summary>The finalizer of a NebulaBackup.</summary>
    public const string BackupCleanup = "apps.nebula-graph.io/backup-cleanup";

    /// <summary>The finalizer of a NebulaCluster.</summary>
    public const string ClusterCleanup = "apps.nebula-graph.io/cluster-cleanup";

    /// <summary>The finalizer of a NebulaRestore.</summary>
    public const string RestoreCleanup = "apps.nebula-graph.io/restore-cleanup";

    /// <summary>On pods of a StatefulSet: which revision of it they are of.</summary>
    public const string Revision = "controller-revision-hash";
}
