namespace NebulaKeep.Operator.Clusters;

/// <summary>
/// Restarting the pods of a service one by one from the highest number on, by lowering the partition of its StatefulSet. The next pod goes
/// only when all that went before are back and ready, and while no other is missing.
/// </summary>
static class Rollout
{
    /// <summary>The partition that is wanted now, and which pod it lets go next.</summary>
    public static (int Partition, PodView? Next) Step(SetView set, bool templateChanges, bool force)
    {
        if (templateChanges) return (set.Replicas, null);      // nothing restarts by the change itself
        if (!set.IsObserved || set.IsRolledOut) return (set.Partition, null);
        if (!set.HasQuorum) return (0, null);
        for (var ordinal = set.Replicas - 1; ordinal >= 0; ordinal--)
        {
            if (set.Pods.GetValueOrDefault(ordinal) is not { IsLeaving: false } pod) return (set.Partition, null);
            if (pod.Revision != set.UpdateRevision) return May(set, pod, force) ? (Math.Min(set.Partition, ordinal), pod) : (set.Partition, null);
            if (!pod.IsReady) return (set.Partition, null);
        }
        return (set.Partition, null);
    }

    /// <summary>
    /// Pods that keep a rollout from ending: old ones that are not ready, when too few are ready for the service to work. The StatefulSet
    /// would wait for ever for new ones that need the others.
    /// </summary>
    public static PodView? Stuck(SetView set) => !set.IsObserved || set.IsRolledOut || set.HasQuorum || set.Partition > 0 ? null
        : set.Pods.Values.OrderByDescending(pod => pod.Ordinal).FirstOrDefault(pod => pod.Ordinal < set.Replicas && pod is { IsReady: false, IsLeaving: false } && pod.Revision != set.UpdateRevision);

    /// <summary>What it waits for, for people; null when it does not roll.</summary>
    public static string? WaitsFor(SetView set)
    {
        if (set.IsRolledOut) return null;
        var missing = Enumerable.Range(0, set.Replicas).Where(ordinal => set.Pods.GetValueOrDefault(ordinal) is not { IsReady: true }).ToList();
        var updated = set.Pods.Values.Count(pod => pod.Ordinal < set.Replicas && pod.Revision == set.UpdateRevision);
        return $"{updated} of {set.Replicas} pods are of the newest template" + (missing.Count == 0 ? "" : $", waiting until {string.Join(", ", missing.Select(ordinal => $"pod {ordinal}"))} is ready");
    }

    /// <summary>One that serves goes only while no other is missing.</summary>
    static bool May(SetView set, PodView pod, bool force) =>
        force || !pod.IsReady || set.Ready == set.Replicas;
}
