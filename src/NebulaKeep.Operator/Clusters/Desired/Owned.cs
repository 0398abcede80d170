using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>What all objects of a cluster have in common: they are found by their labels and go with their owner.</summary>
static class Owned
{
    public static void Fill(JsonObject item, ClusterObject cluster, Component component)
    {
        item.Metadata()["labels"] = JsonParts.Map(component.Labels);
        item.Metadata()["ownerReferences"] = new JsonArray(OwnerReferences.Controller(cluster.Json));
    }
}
