using System.Text.Json.Nodes;

namespace NebulaKeep.Kubernetes.Objects;

/// <summary>
/// Finalizers: texts that keep a deleted object until their controllers have cleaned up. The patches carry the version they were decided
/// on, so that a finalizer which somebody else added meanwhile is never lost: the API server answers with a conflict instead.
/// </summary>
public static class Finalizers
{
    /// <summary>True when the object carries it.</summary>
    public static bool Has(JsonObject item, string finalizer) => Of(item).Contains(finalizer, StringComparer.Ordinal);

    /// <summary>The merge patch that adds it, or null when it is there.</summary>
    public static JsonObject? PatchToAdd(JsonObject item, string finalizer) => Has(item, finalizer) ? null : Patch(item, [.. Of(item), finalizer]);

    /// <summary>The merge patch that removes it, or null when it is not there.</summary>
    public static JsonObject? PatchToRemove(JsonObject item, string finalizer) =>
        Has(item, finalizer) ? Patch(item, [.. Of(item).Where(other => other != finalizer)]) : null;

    static IEnumerable<string> Of(JsonObject item) =>
        item.At("metadata", "finalizers") is JsonArray list ? list.Select(node => node.Text()).OfType<string>() : [];

    static JsonObject Patch(JsonObject item, IReadOnlyCollection<string> finalizers) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["resourceVersion"] = item.ResourceVersion(),
            ["finalizers"] = new JsonArray([.. finalizers.Select(text => JsonValue.Create(text))]),
        },
    };
}
