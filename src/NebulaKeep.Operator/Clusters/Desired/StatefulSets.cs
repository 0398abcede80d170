using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>The StatefulSet of a service (spec/operator-cluster.md §2.5).</summary>
static class StatefulSets
{
    /// <summary>As it is made first. It starts no pod anew by itself: the partition is lowered pod by pod.</summary>
    public static JsonObject Of(ClusterObject cluster, Component component, string flagFile, string? restartedAt = null)
    {
        var set = ObjectFields.New(KnownKinds.StatefulSet, component.Workload);
        Owned.Fill(set, cluster, component);
        set.Metadata()["annotations"] = new JsonObject { [Annotations.Tls] = cluster.Tls.Mode };
        var spec = new JsonObject
        {
            ["serviceName"] = component.Headless.Name,
            ["replicas"] = component.Replicas,
            ["podManagementPolicy"] = "Parallel",      // metads need each other to become ready
            ["updateStrategy"] = Strategy(component.Replicas),
            ["selector"] = new JsonObject { ["matchLabels"] = JsonParts.Map(component.Labels) },
            ["template"] = PodTemplate.Of(cluster, component, flagFile, restartedAt),
        };
        set["spec"] = spec.WithList("volumeClaimTemplates", component.Claims.Select(claim => Claim(claim, component)));
        return set;
    }

    public static JsonObject Strategy(int partition) => new() { ["type"] = "RollingUpdate", ["rollingUpdate"] = new JsonObject { ["partition"] = partition } };

    static JsonObject Claim(VolumeClaim claim, Component component)
    {
        var spec = new JsonObject { ["accessModes"] = new JsonArray("ReadWriteOnce") };
        if (claim.Spec.StorageClassName is { Length: > 0 } storageClass) spec["storageClassName"] = storageClass;
        spec["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = claim.Spec.Resources!.Requests!["storage"].ToJson() } };
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "PersistentVolumeClaim",
            ["metadata"] = new JsonObject { ["name"] = claim.Name, ["labels"] = JsonParts.Map(component.Labels) },
            ["spec"] = spec,
        };
    }
}
