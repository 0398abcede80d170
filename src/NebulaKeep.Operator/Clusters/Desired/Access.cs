using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>
/// The identity of a namespace's NebulaGraph pods. It has no rights, and no pod of ours gets its token: nothing in them speaks to Kubernetes.
/// It is every cluster's of the namespace, also of those that another operator runs, so it has no owner, and no field beside its labels is set.
/// </summary>
static class Access
{
    public const string ServiceAccountName = "nebula-sa";

    public static JsonObject ServiceAccount(string inNamespace)
    {
        var account = ObjectFields.New(KnownKinds.ServiceAccount, new NamespacedName(inNamespace, ServiceAccountName));
        account.Metadata()["labels"] = new JsonObject { [Labels.Name] = Labels.Product, [Labels.ManagedBy] = Labels.Operator };
        return account;
    }
}
