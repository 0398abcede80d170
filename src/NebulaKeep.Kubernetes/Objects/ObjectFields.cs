using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NebulaKeep.Kubernetes.Objects;

/// <summary>
/// The fields that all Kubernetes objects share, read from their JSON. Objects stay JSON on purpose: fields that this version does not
/// know pass through unharmed.
/// </summary>
public static class ObjectFields
{
    /// <summary>A new object of a kind with its name; nothing else.</summary>
    public static JsonObject New(ResourceKind kind, NamespacedName key)
    {
        var metadata = new JsonObject { ["name"] = key.Name };
        if (kind.Namespaced) metadata["namespace"] = key.Namespace;
        return new JsonObject { ["apiVersion"] = kind.ApiVersion, ["kind"] = kind.Kind, ["metadata"] = metadata };
    }

    /// <summary>Its namespace and name.</summary>
    public static NamespacedName Key(this JsonObject item) => new(item.Text("metadata", "namespace") ?? "", item.Text("metadata", "name") ?? "");

    /// <summary>The identity that a later object of the same name does not share; empty before it is stored.</summary>
    public static string Uid(this JsonObject item) => item.Text("metadata", "uid") ?? "";

    /// <summary>The stored version, an opaque text; empty before it is stored.</summary>
    public static string ResourceVersion(this JsonObject item) => item.Text("metadata", "resourceVersion") ?? "";

    /// <summary>Counts changes of the wanted state; 0 before it is stored.</summary>
    public static long Generation(this JsonObject item) => item.Number("metadata", "generation") ?? 0;

    /// <summary>True once deletion was asked for and finalizers hold the object.</summary>
    public static bool IsDeleting(this JsonObject item) => item.Text("metadata", "deletionTimestamp") is not null;

    /// <summary>When the API server stored it first; null before.</summary>
    public static DateTimeOffset? Created(this JsonObject item) => item.Time("metadata", "creationTimestamp");

    /// <summary>The value of a label, or null.</summary>
    public static string? Label(this JsonObject item, string key) => item.Text("metadata", "labels", key);

    /// <summary>The value of an annotation, or null.</summary>
    public static string? Annotation(this JsonObject item, string key) => item.Text("metadata", "annotations", key);

    /// <summary>The node at a path of property names, or null where a part of the path is missing or not an object.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var part in path)
            node = node is JsonObject map && map.TryGetPropertyValue(part, out var child) ? child : null;
        return node;
    }

    /// <summary>The text at a path, or null where there is none.</summary>
    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The whole number at a path, or null where there is none; also one that was put in as an <c>int</c>.</summary>
    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) switch
    {
        JsonValue value when value.TryGetValue(out long number) => number,
        JsonValue value when value.TryGetValue(out int number) => number,
        _ => null,
    };

    /// <summary>The time at a path, or null where there is none.</summary>
    public static DateTimeOffset? Time(this JsonNode? node, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(node.Text(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The objects of a list at a path; empty where there is none.</summary>
    public static IEnumerable<JsonObject> Items(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray list ? list.OfType<JsonObject>() : [];

    /// <summary>The object's metadata, made when it has none.</summary>
    public static JsonObject Metadata(this JsonObject item)
    {
        if (item["metadata"] is JsonObject metadata) return metadata;
        var made = new JsonObject();
        item["metadata"] = made;
        return made;
    }

    /// <summary>A time as <c>metav1.Time</c> wants it: UTC in whole seconds.</summary>
    public static string ToKubernetesTime(this DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A time as <c>metav1.MicroTime</c> wants it.</summary>
    public static string ToKubernetesMicroTime(this DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
