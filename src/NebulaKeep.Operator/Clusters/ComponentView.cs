using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Clusters;

/// <summary>The state of one service, for the status.</summary>
sealed class ComponentView
{
    readonly ClusterObject cluster;
    readonly SetView? view;
    readonly JsonObject? set;
    readonly IReadOnlyList<JsonObject> pods;

    public ComponentView(ClusterFacts facts, ClusterObject cluster, Component component)
    {
        (this.cluster, Component, set) = (cluster, component, facts.Owned.StatefulSet(component));
        pods = [.. facts.PodsOf(component)];
        view = set is null ? null : new SetView(set, pods, component);
    }

    public Component Component { get; }

    public bool IsReady => view is { IsReady: true };

    public bool IsRolledOut => view is null or { IsRolledOut: true };

    public bool IsUpdating => view is { IsUpdating: true };

    /// <summary>The tag of the image that is wanted for its pods now.</summary>
    public string? Version => set.Items("spec", "template", "spec", "containers").FirstOrDefault(container => container.Text("name") == Component.Name).Text("image") is { } image ? image[(image.LastIndexOf(':') + 1)..] : null;

    /// <summary>The StatefulSet's status, as upstream copies it.</summary>
    public JsonObject? Workload
    {
        get
        {
            if (set?["status"] is not JsonObject status) return null;
            var copy = new JsonObject();
            foreach (var name in new[] { "observedGeneration", "readyReplicas", "replicas", "updatedReplicas", "currentReplicas", "collisionCount", "currentRevision", "updateRevision", "availableReplicas" }) copy.With(name, status[name]);
            return copy;
        }
    }

    /// <summary>Why it is not ready, for people.</summary>
    public string WhyNotReady()
    {
        if (view is null) return cluster.IsSuspended ? "suspended" : "its pods are not made yet";
        if (view.IsLeaving) return "its pods are being taken away";
        if (!view.IsObserved) return "the last change is being carried out";
        if (Rollout.WaitsFor(view) is { } rolling) return rolling;
        if (view.Replicas != Component.Replicas) return $"there are {view.Replicas} pods, on the way to {Component.Replicas}";
        return $"{view.Ready} of {view.Replicas} pods are ready{FirstTrouble()}";
    }

    /// <summary>What the kubelet or the scheduler says of the first pod that is not ready.</summary>
    string FirstTrouble()
    {
        foreach (var pod in pods.OrderBy(pod => PodView.OrdinalOf(pod.Key().Name)))
        {
            if (Condition.IsTrue(pod.At("status", "conditions"), "Ready")) continue;
            var waiting = pod.Items("status", "containerStatuses").Concat(pod.Items("status", "initContainerStatuses"))
                .Select(container => (Name: container.Text("name"), Reason: container.Text("state", "waiting", "reason"))).FirstOrDefault(container => container.Reason is not null);
            if (waiting.Reason is not null) return $": container {waiting.Name} of {pod.Key().Name} is {waiting.Reason}";
            if (Condition.Find(pod.At("status", "conditions"), "PodScheduled") is { } scheduled && scheduled.Text("status") == "False") return $": {pod.Key().Name} finds no node: {scheduled.Text("message")}";
        }
        return "";
    }
}
