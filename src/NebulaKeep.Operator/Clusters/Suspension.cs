using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Clusters;

/// <summary>Taking the pods away: graphds, then storageds, then metads, each when those before are gone. Claims, Services and configuration stay.</summary>
static class Suspension
{
    /// <summary>The next StatefulSet to delete, or null while pods are waited for or when all are gone.</summary>
    public static ClusterAction? Next(ClusterFacts facts, ClusterObject cluster)
    {
        foreach (var component in cluster.Components.Reverse())
        {
            if (facts.Owned.StatefulSet(component) is { } set && !set.IsDeleting())
                return new ClusterAction.Delete(KnownKinds.StatefulSet, set.Key(), set.Uid(), Propagation.Foreground);
            if (!IsGone(facts, component)) return null;
        }
        return null;
    }

    public static bool IsDone(ClusterFacts facts, ClusterObject cluster) => cluster.Components.All(component => IsGone(facts, component));

    static bool IsGone(ClusterFacts facts, Component component) => facts.Owned.StatefulSet(component) is null && !facts.PodsOf(component).Any();
}
