using System.Text.Json;
using System.Text.Json.Nodes;

namespace NebulaKeep.Kubernetes.Objects;

/// <summary>Who owns an object: the garbage collector removes it with its owner, and changes of it are its controller's business.</summary>
public static class OwnerReferences
{
    /// <summary>A reference to a stored object as the controller of another one in the same namespace.</summary>
    public static JsonObject Controller(JsonObject owner) => new()
    {
        ["apiVersion"] = owner.Text("apiVersion"),
        ["kind"] = owner.Text("kind"),
        ["name"] = owner.Key().Name,
        ["uid"] = owner.Uid(),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    /// <summary>The identities of all owners.</summary>
    public static IEnumerable<string> Uids(JsonObject item) =>
        item.Items("metadata", "ownerReferences").Select(owner => owner.Text("uid")).OfType<string>();

    /// <summary>The name of the controlling owner, if that is of the given kind (in any version of its group); else null.</summary>
    public static NamespacedName? ControllerOf(JsonObject item, ResourceKind kind)
    {
        var owner = item.Items("metadata", "ownerReferences").FirstOrDefault(IsController);
        if (owner is null || owner.Text("kind") != kind.Kind || GroupOf(owner.Text("apiVersion")) != kind.Group) return null;
        return new NamespacedName(kind.Namespaced ? item.Key().Namespace : "", owner.Text("name") ?? "");
    }

    static bool IsController(JsonObject owner) => owner["controller"]?.GetValueKind() is JsonValueKind.True;

    static string GroupOf(string? apiVersion) => apiVersion?.IndexOf('/') is int slash and >= 0 ? apiVersion[..slash] : "";
}
