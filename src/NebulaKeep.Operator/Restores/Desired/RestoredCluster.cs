using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Restores.Desired;

/// <summary>The NebulaCluster that a restore makes: a given spec, with what the restore asks for and what makes its pods fetch their data.</summary>
static class RestoredCluster
{
    static readonly string[] Placement = ["nodeSelector", "affinity", "tolerations"];

    /// <exception cref="Core.NebulaKeepException">The spec fits no cluster.</exception>
    public static JsonObject Of(RestoreObject restore, NamespacedName target, JsonObject spec, string domain)
    {
        var cluster = ObjectFields.New(CustomResources.Cluster, target);
        cluster.Metadata()["annotations"] = new JsonObject { [Annotations.Restore] = restore.Mark };
        var own = (JsonObject)spec.DeepClone();
        Release(own);
        Place(own, restore.Json["spec"]!);
        cluster["spec"] = own;
        Fetch(own, new ClusterObject(cluster, domain), restore);
        return cluster;
    }

    /// <summary>Without what belongs to the original alone: it may still be there.</summary>
    static void Release(JsonObject spec)
    {
        spec.Remove("suspend");
        foreach (var name in new[] { "metad", "storaged", "graphd" })
        {
            if (spec[name] is not JsonObject component) continue;
            Keep(component, "initContainers", container => container.Text("name") != PullContainer.Name);
            Keep(component, "volumes", volume => !PullContainer.IsOurs(volume));
            if (component["service"] is not JsonObject service) continue;
            service.Remove("loadBalancerIP");
            if (service.Text("clusterIP") != "None") service.Remove("clusterIP");
        }
    }

    /// <summary>The restore's own placement replaces all that the spec says of it, also of single services.</summary>
    static void Place(JsonObject spec, JsonNode wanted)
    {
        foreach (var field in Placement)
        {
            if (wanted[field] is not { } value) continue;
            spec[field] = value.DeepClone();
            foreach (var name in new[] { "metad", "storaged", "graphd" }) (spec[name] as JsonObject)?.Remove(field);
        }
    }

    static void Fetch(JsonObject spec, ClusterObject cluster, RestoreObject restore)
    {
        foreach (var component in new[] { cluster.Metad, cluster.Storaged })
        {
            var own = (JsonObject)spec[component.Name]!;
            own.WithList("initContainers", [.. own.Items("initContainers"), PullContainer.Of(cluster, component, restore.Config)]);
            own.WithList("volumes", [.. own.Items("volumes"), .. PullContainer.Volumes(cluster.Key, restore.Config)]);
        }
    }

    static void Keep(JsonObject component, string list, Func<JsonObject, bool> isKept)
    {
        if (component[list] is null) return;
        List<JsonObject> kept = [.. component.Items(list).Where(isKept)];
        component.Remove(list);
        component.WithList(list, kept);
    }
}
