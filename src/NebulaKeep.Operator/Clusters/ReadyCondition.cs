using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Clusters;

/// <summary>Whether a cluster is ready, and the first reason why not.</summary>
static class ReadyCondition
{
    public const string InProgress = "WorkloadNotUpToDate";
    public const string Suspended = "Suspended";

    public static (bool IsReady, string Reason, string Message) Of(ClusterFacts facts, ClusterObject cluster, List<ComponentView> views, Hold? hold)
    {
        if (facts.Refusal is { } refusal) return (false, "Refused", $"The API server refuses an object of the cluster: {refusal}");
        if (hold is not null) return (false, hold.Reason, hold.Message);
        if (cluster.IsSuspended) return (false, Suspended, Suspension.IsDone(facts, cluster) ? "Suspended: no pods, all data kept" : "The pods are being taken away");
        if (views.Find(view => !view.IsRolledOut) is { } rolling) return (false, InProgress, $"Workload is in progress: {rolling.Component.Name}: {rolling.WhyNotReady()}");
        if (StorageScale.Obstacle(facts, cluster) is { } obstacle) return (false, Unhealthy(cluster.Storaged), obstacle);
        if (views.Find(view => !view.IsReady) is { } unhealthy) return (false, Unhealthy(unhealthy.Component), $"{unhealthy.Component.Name} is not healthy: {unhealthy.WhyNotReady()}{Silence(facts)}");
        return Storage(facts, cluster) ?? (true, "Ready", "Nebula cluster is running");
    }

    static (bool, string, string)? Storage(ClusterFacts facts, ClusterObject cluster)
    {
        var reason = Unhealthy(cluster.Storaged);
        if (!StorageScale.AreRegistered(facts, cluster, cluster.Storaged.Replicas))
            return (false, reason, facts.MetaProblem is { } problem ? $"The storageds are not registered, because the meta service cannot be asked: {problem}" : "The storageds are being registered");
        return StorageScale.IsSettled(facts, cluster) ? null : (false, reason, "Data is being balanced");
    }

    /// <summary>What may be behind it: storageds are not changed without the meta service.</summary>
    static string Silence(ClusterFacts facts) => facts.MetaProblem is { } problem ? $"; the meta service cannot be asked: {problem}" : "";

    static string Unhealthy(Component component) => $"{char.ToUpperInvariant(component.Name[0])}{component.Name[1..]}Unhealthy";
}
