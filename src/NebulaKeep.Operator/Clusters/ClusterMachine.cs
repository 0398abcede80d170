using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>
/// Decides the next thing to do for a NebulaCluster: a pure function of what is stored and of what the meta service says. It reads the same
/// whatever happened before, so a restart at any point goes on where the last one stopped.
/// </summary>
static class ClusterMachine
{
    /// <summary>How often is looked at what no change of an object tells.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(10);

    public static ClusterAction Decide(ClusterFacts facts)
    {
        ClusterObject cluster;
        try
        {
            cluster = new ClusterObject(facts.Json, facts.Domain);
        }
        catch (NebulaKeepException unreadable)
        {
            return facts.Json.IsDeleting() ? Departure.OfUnreadable(facts) : ClusterStatus.Unreadable(facts, unreadable.Message);
        }
        if (IsElsewhere(facts, cluster)) return new ClusterAction.Idle(Reason: "Its StatefulSets were made by another operator, which is left to run it. To hand it over, suspend it there, stop that operator's controller, and set spec.suspend to false.");
        if (facts.Json.IsDeleting()) return Departure.Decide(facts, cluster);
        if (Finalizers.PatchToAdd(facts.Json, Labels.ClusterCleanup) is { } patch) return new ClusterAction.PatchObject(patch);
        if (Hold.Of(facts, cluster) is { } hold) return ClusterStatus.Next(facts, cluster, hold);
        if (cluster.IsSuspended) return Suspension.Next(facts, cluster) ?? ClusterStatus.Next(facts, cluster);
        return ClusterStatus.PhaseFirst(facts, cluster)
            ?? WorkloadPlan.Next(facts, cluster)
            ?? ClusterStatus.JobEnded(facts, cluster)
            ?? Continue(StorageScale.Next(facts, cluster))
            ?? VolumePlan.Next(facts, cluster)
            ?? ClusterStatus.Next(facts, cluster);
    }

    /// <summary>
    /// Another operator has made its pods and runs it: nothing of it is touched, not even the status, on which backups rely. It is handed over
    /// by suspending it there: what stays then is taken over here.
    /// </summary>
    public static bool IsElsewhere(ClusterFacts facts, ClusterObject cluster) =>
        cluster.Components.Any(component => facts.Owned.StatefulSet(component) is { } set && set.Annotation(Annotations.Applied) is null);

    /// <summary>While a job runs everything else goes on.</summary>
    static ClusterAction? Continue(ClusterAction? action) => action is ClusterAction.Idle ? null : action;
}
