using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources.Backups;
using NebulaKeep.Operator.Resources.Clusters;
using NebulaKeep.Operator.Resources.Restores;

namespace NebulaKeep.Operator.Resources;

/// <summary>The kinds that this operator adds to Kubernetes.</summary>
public static class CustomResources
{
    /// <summary>The API group of all of them.</summary>
    public const string Group = "apps.nebula-graph.io";

    /// <summary>One class for each kind.</summary>
    public static readonly IReadOnlyList<Type> All = [typeof(NebulaCluster), typeof(NebulaBackup), typeof(NebulaCronBackup), typeof(NebulaRestore)];

    /// <summary>A NebulaGraph cluster.</summary>
    public static readonly ResourceKind Cluster = CrdGenerator.KindOf(typeof(NebulaCluster));

    /// <summary>One backup.</summary>
    public static readonly ResourceKind Backup = CrdGenerator.KindOf(typeof(NebulaBackup));

    /// <summary>A schedule of backups.</summary>
    public static readonly ResourceKind CronBackup = CrdGenerator.KindOf(typeof(NebulaCronBackup));

    /// <summary>One restore.</summary>
    public static readonly ResourceKind Restore = CrdGenerator.KindOf(typeof(NebulaRestore));
}
