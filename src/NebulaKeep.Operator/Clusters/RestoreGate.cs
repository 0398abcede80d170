using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>
/// How far the services of a cluster may come up that a NebulaRestore makes. A storaged that starts before the metads have their tables removes
/// what was fetched for it, so in doubt nothing more is made.
/// </summary>
static class RestoreGate
{
    const int All = 3;

    /// <summary>The NebulaRestore that a cluster names, with its identity; null for none.</summary>
    public static (NamespacedName Key, string Uid)? RestoreOf(JsonObject cluster) =>
        cluster.Annotation(Annotations.Restore)?.Split('/') is { Length: 3 } parts ? (new NamespacedName(parts[0], parts[1]), parts[2]) : null;

    /// <summary>What a cluster's annotation says of the restore that makes it.</summary>
    public static string Mark(JsonObject restore) => $"{restore.Key()}/{restore.Uid()}";

    /// <summary>How many services may be there, in the order metad, storaged, graphd.</summary>
    public static int Services(ClusterFacts facts)
    {
        if (facts.Json.Annotation(Annotations.Restore) is not { } mark) return All;
        if (facts.Restore is not { } restore || Mark(restore) != mark) return 0;
        var conditions = restore.At("status", "conditions");
        return !Condition.IsTrue(conditions, "Planned") ? 0
            : !Condition.IsTrue(conditions, "MetadComplete") ? 1
            : !Condition.IsTrue(conditions, "StoragedComplete") ? 2
            : All;
    }

    /// <summary>Why a cluster stays as it is; null for no reason.</summary>
    public static Hold? HoldOf(ClusterFacts facts) =>
        facts.Json.Annotation(Annotations.Restore) is { } mark && (facts.Restore is null || Mark(facts.Restore) != mark)
            ? new Hold("RestoreGone", $"The NebulaRestore {mark} that makes this cluster is gone, and the cluster is unfinished. Delete it, and restore again.")
            : null;
}
