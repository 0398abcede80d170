using System.Text.Json.Nodes;

namespace NebulaKeep.Operator.Clusters;

/// <summary>Small steps of building objects.</summary>
static class JsonParts
{
    /// <summary>A map of texts as an object.</summary>
    public static JsonObject Map(IEnumerable<KeyValuePair<string, string>>? pairs) =>
        new((pairs ?? []).Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));

    /// <summary>Sets a list where it has anything in it.</summary>
    public static JsonObject WithList(this JsonObject target, string name, IEnumerable<JsonObject>? items)
    {
        JsonNode?[] clones = [.. (items ?? []).Select(item => item.DeepClone())];
        if (clones.Length > 0) target[name] = new JsonArray(clones);
        return target;
    }

    /// <summary>Sets a map where it has anything in it.</summary>
    public static JsonObject WithMap(this JsonObject target, string name, IEnumerable<KeyValuePair<string, string>>? pairs)
    {
        var map = Map(pairs);
        if (map.Count > 0) target[name] = map;
        return target;
    }

    /// <summary>Sets a value where there is one.</summary>
    public static JsonObject With(this JsonObject target, string name, JsonNode? value)
    {
        if (value is not null) target[name] = value.Parent is null ? value : value.DeepClone();
        return target;
    }
}
