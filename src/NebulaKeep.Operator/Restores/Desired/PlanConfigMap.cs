using System.Text.Json.Nodes;
using NebulaKeep.Backup.Restores.Pulls;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Restores.Desired;

/// <summary>The plan as the pods of the new cluster mount it. It belongs to the cluster: its pods need it as long as they are there.</summary>
static class PlanConfigMap
{
    public const string File = "plan.json";

    public static NamespacedName KeyOf(NamespacedName cluster) => cluster with { Name = $"{cluster.Name}-restore" };

    public static JsonObject Of(JsonObject cluster, PullPlan plan)
    {
        var item = ObjectFields.New(KnownKinds.ConfigMap, KeyOf(cluster.Key()));
        item.Metadata()["labels"] = new JsonObject { [Labels.Name] = Labels.Product, [Labels.ManagedBy] = Labels.Operator, [Labels.Component] = "restore" };
        item.Metadata()["ownerReferences"] = new JsonArray(OwnerReferences.Controller(cluster));
        item["data"] = new JsonObject { [File] = plan.ToJson() };
        return item;
    }

    /// <summary>The plan in a stored ConfigMap.</summary>
    /// <exception cref="Core.NebulaKeepException">It holds none.</exception>
    public static PullPlan Read(JsonObject item) => PullPlan.Parse(item.Text("data", File) ?? "");
}
