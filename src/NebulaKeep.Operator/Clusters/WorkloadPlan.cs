using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Clusters.Desired;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>
/// The next object of a cluster that is not as wanted. Services that are there are changed one after the other: storaged when all metads
/// are through, graphd when all storageds are.
/// </summary>
static class WorkloadPlan
{
    public static ClusterAction? Next(ClusterFacts facts, ClusterObject cluster)
    {
        if (ToSend(facts, Access.ServiceAccount(cluster.Key.Namespace)) is { } account) return account;
        var before = true;
        foreach (var component in cluster.Components.Take(RestoreGate.Services(facts)))
        {
            var flagFile = FlagFile.Render(cluster, component);
            foreach (var item in ClusterObjects.BesideWorkload(cluster, component, flagFile))
                if (ToSend(facts, item) is { } apply) return apply;
            if (Set(facts, cluster, component, flagFile, before) is { } action) return action;
            before = before && IsThrough(facts, component);
        }
        return null;
    }

    /// <summary>The service's pods are all of the newest template.</summary>
    public static bool IsThrough(ClusterFacts facts, Component component) =>
        facts.Owned.StatefulSet(component) is { } set && new SetView(set, facts.PodsOf(component), component).IsRolledOut;

    static ClusterAction? Set(ClusterFacts facts, ClusterObject cluster, Component component, string flagFile, bool othersAreThrough)
    {
        if (facts.Owned.StatefulSet(component) is not { } stored) return ToSend(facts, Marked(StatefulSets.Of(cluster, component, flagFile)));
        if (stored.IsDeleting()) return null;
        var wanted = Marked(StatefulSets.Of(cluster, component, flagFile, stored.Annotation(Annotations.RestartTimestamp)));
        var view = new SetView(stored, facts.PodsOf(component), component);
        var changes = wanted.Annotation(Annotations.Template) != view.TemplateHash;
        if (changes && !othersAreThrough) return null;
        var force = component.IsStoraged && cluster.Spec.Storaged.EnableForceUpdate == true;
        var (partition, next) = Rollout.Step(view, changes, force);
        if (next is not null && partition < view.Partition && LeadersOf(facts, cluster, component, next, force) is { } first) return first;
        Keep(wanted, stored);
        wanted["spec"]!["replicas"] = component.IsStoraged ? StorageScale.Replicas(facts, cluster, view) : component.Replicas;
        wanted["spec"]!["updateStrategy"] = StatefulSets.Strategy(partition);
        if (ToSend(facts, wanted) is { } apply) return apply;
        return Rollout.Stuck(view) is { } pod ? new ClusterAction.Delete(KnownKinds.Pod, component.Workload with { Name = pod.Name }, pod.Uid) : null;
    }

    /// <summary>A storaged that is about to go leads nothing, so that no client waits for an election.</summary>
    static ClusterAction.MoveLeaders? LeadersOf(ClusterFacts facts, ClusterObject cluster, Component component, PodView pod, bool force)
    {
        if (!component.IsStoraged || force || !pod.IsReady || component.Replicas < 3 || facts.Led.Contains(pod.Name)) return null;
        return new ClusterAction.MoveLeaders(component.Addresses(component.Replicas).ElementAt(pod.Ordinal));
    }

    /// <summary>What Kubernetes does not let anybody change.</summary>
    static void Keep(JsonObject wanted, JsonObject stored)
    {
        var spec = (JsonObject)wanted["spec"]!;
        spec["selector"] = stored.At("spec", "selector")?.DeepClone();
        spec.Remove("volumeClaimTemplates");
        spec.WithList("volumeClaimTemplates", stored.Items("spec", "volumeClaimTemplates").Select(WithoutDefaults));
    }

    /// <summary>Without what the API server has added: it adds it again.</summary>
    static JsonObject WithoutDefaults(JsonObject claim)
    {
        var clone = (JsonObject)claim.DeepClone();
        clone.Remove("status");
        if (clone.Text("spec", "volumeMode") == "Filesystem") ((JsonObject)clone["spec"]!).Remove("volumeMode");
        ((JsonObject?)clone["metadata"])?.Remove("creationTimestamp");
        return clone;
    }

    static JsonObject Marked(JsonObject set)
    {
        ((JsonObject)set.Metadata()["annotations"]!)[Annotations.Template] = Applied.Hash(set["spec"]!["template"]!);
        return set;
    }

    static ClusterAction.Apply? ToSend(ClusterFacts facts, JsonObject wanted)
    {
        var stamped = Applied.Stamp(wanted);
        if (facts.Sent.Contains(stamped.Annotation(Annotations.Applied)!) || Applied.IsIn(stamped, facts.Owned.Find(wanted))) return null;
        return new ClusterAction.Apply(stamped);
    }
}
