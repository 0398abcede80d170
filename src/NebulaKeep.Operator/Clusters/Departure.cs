using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>
/// A NebulaCluster that is being deleted: its pods go, then its claims where <c>spec.enablePVReclaim</c> says so, then the finalizer. The spec
/// alone decides on data, whatever state the cluster ever reached. Services and configuration go with their owner.
/// </summary>
static class Departure
{
    public static ClusterAction Decide(ClusterFacts facts, ClusterObject cluster)
    {
        if (!Finalizers.Has(facts.Json, Labels.ClusterCleanup)) return new ClusterAction.Idle();
        if (facts.Json.Annotation(Annotations.DeleteProtection) == "true") return Protected(facts);
        if (Suspension.Next(facts, cluster) is { } delete) return delete;
        if (!Suspension.IsDone(facts, cluster)) return new ClusterAction.Idle(ClusterMachine.Poll);
        return (cluster.ReclaimsVolumes ? VolumePlan.DeleteAll(facts) : null)
            ?? new ClusterAction.PatchObject(Finalizers.PatchToRemove(facts.Json, Labels.ClusterCleanup)!);
    }

    /// <summary>One whose spec makes no sense keeps its claims: what cannot be read permits nothing.</summary>
    public static ClusterAction OfUnreadable(ClusterFacts facts) =>
        Finalizers.PatchToRemove(facts.Json, Labels.ClusterCleanup) is { } patch && facts.Json.Annotation(Annotations.DeleteProtection) != "true"
            ? new ClusterAction.PatchObject(patch)
            : new ClusterAction.Idle();

    static ClusterAction Protected(ClusterFacts facts)
    {
        const string Reason = "DeleteProtected";
        var message = $"Its deletion waits: nothing of a cluster with the annotation {Annotations.DeleteProtection} is removed. Remove the annotation to let it go.";
        var isNews = Condition.Find(facts.Json.At("status", "conditions"), "Ready").Text("reason") != Reason;
        var draft = new StatusDraft(facts.Json, facts.Now).Condition("Ready", false, Reason, message);
        return draft.ToPatch() is { } patch ? new ClusterAction.WriteStatus(patch, isNews ? new UserEvent(true, Reason, message) : null) : new ClusterAction.Idle();
    }
}
