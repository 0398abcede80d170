using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Shared;

/// <summary>Annotations that users set to ask for something.</summary>
static class Annotations
{
    /// <summary>On a NebulaCluster: namespaces, separated by commas, whose NebulaBackups may read it; <c>*</c> for all.</summary>
    public const string BackupNamespaces = "apps.nebula-graph.io/backup-namespaces";

    /// <summary>On a NebulaBackup: <c>true</c> gives up cleaning, so that its deletion ends at once and its data stays in the store.</summary>
    public const string SkipClean = "apps.nebula-graph.io/skip-clean";

    /// <summary>
    /// On a NebulaBackup: <c>upstream</c> when the image is upstream's br-ent, which takes one metad and its credentials as arguments. They
    /// are still references in the Job, and become visible to whoever may look into the running container.
    /// </summary>
    public const string BrFlavor = "apps.nebula-graph.io/br-flavor";

    /// <summary>
    /// On a NebulaCluster: the NebulaRestore that makes it, as <c>namespace/name/uid</c>. While it is there, services come up only as far as the
    /// restore's status says, and nothing is backed up.
    /// </summary>
    public const string Restore = "apps.nebula-graph.io/restore";

    /// <summary>On pods: changes with the flag file.</summary>
    public const string ConfigurationHash = "nebula-graph.io/cm-hash";

    /// <summary>On a StatefulSet, and from there on its pods: a new value restarts the pods, one by one.</summary>
    public const string RestartTimestamp = "nebula-graph.io/restart-timestamp";

    /// <summary>On a NebulaCluster: <c>true</c> keeps everything of it, also when it is deleted, until the annotation goes.</summary>
    public const string DeleteProtection = "nebula-graph.io/delete-protection";

    /// <summary>On objects of a cluster: changes with what was applied, so that a field which is no longer wanted is noticed.</summary>
    public const string Applied = "apps.nebula-graph.io/applied";

    /// <summary>On a StatefulSet: changes with the template of its pods.</summary>
    public const string Template = "apps.nebula-graph.io/template";

    /// <summary>On a StatefulSet: which connections of its daemons use TLS.</summary>
    public const string Tls = "apps.nebula-graph.io/tls";

    const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>
    /// What is passed on to objects that are made for this one: all but kubectl's copy of the whole object, which would make kubectl
    /// mistake the child for the parent.
    /// </summary>
    public static JsonObject? PassedOn(JsonObject parent)
    {
        if (parent.At("metadata", "annotations") is not JsonObject all) return null;
        var kept = (JsonObject)all.DeepClone();
        kept.Remove(LastApplied);
        return kept.Count == 0 ? null : kept;
    }
}
