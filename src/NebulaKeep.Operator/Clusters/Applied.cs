using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>Tells whether a stored object is what is wanted, so that nothing is sent that changes nothing.</summary>
static class Applied
{
    /// <summary>The object with a mark that changes with anything in it.</summary>
    public static JsonObject Stamp(JsonObject wanted)
    {
        var stamped = (JsonObject)wanted.DeepClone();
        if (stamped.Metadata()["annotations"] is not JsonObject annotations) stamped.Metadata()["annotations"] = annotations = [];
        annotations[Annotations.Applied] = Hash(wanted);
        WriteAmounts(stamped);
        return stamped;
    }

    /// <summary>Changes with anything in the node.</summary>
    public static string Hash(JsonNode node) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(node.ToJsonString())))[..16];

    /// <summary>
    /// All that is wanted is there. What the API server adds does not count, one amount in another text is the same; a stamped object also
    /// shows whether anything must go.
    /// </summary>
    public static bool IsIn(JsonNode? wanted, JsonNode? stored) => (wanted, stored) switch
    {
        (null, _) => true,
        (JsonObject map, JsonObject found) => map.All(field => IsIn(field.Value, found[field.Key])),
        (JsonArray list, JsonArray found) => IsIn(list, found),
        (JsonValue value, JsonValue found) => value.ToJsonString() == found.ToJsonString() || IsSameAmount(value, found),
        // The API server stores what is empty as nothing.
        (JsonObject { Count: 0 } or JsonArray { Count: 0 }, null) => true,
        _ => false,
    };

    /// <summary>Amounts are texts: users may write numbers, and server-side apply of older releases refuses those.</summary>
    static void WriteAmounts(JsonNode? node)
    {
        if (node is JsonArray list)
            foreach (var item in list) WriteAmounts(item);
        if (node is not JsonObject map) return;
        foreach (var (name, value) in map.ToList())
        {
            if (name is "limits" or "requests" && value is JsonObject amounts)
                foreach (var (resource, amount) in amounts.ToList()) amounts[resource] = AsText(amount);
            else if (name is "sizeLimit" or "divisor") map[name] = AsText(value);
            else WriteAmounts(value);
        }
    }

    static JsonNode? AsText(JsonNode? amount) => amount is JsonValue value && value.GetValueKind() is JsonValueKind.Number ? JsonValue.Create(value.ToJsonString()) : amount?.DeepClone();

    static bool IsIn(JsonArray wanted, JsonArray stored) =>
        wanted.Count <= stored.Count && wanted.Select((item, i) => IsIn(item, Counterpart(item, stored, i))).All(same => same);

    /// <summary>By its name where it has one: other managers may have put theirs in between.</summary>
    static JsonNode? Counterpart(JsonNode? item, JsonArray stored, int index) =>
        item.Text("name") is { } name ? stored.FirstOrDefault(found => found.Text("name") == name && found.Text("mountPath") == item.Text("mountPath")) : stored[index];

    static bool IsSameAmount(JsonValue wanted, JsonValue stored) =>
        Quantity.Parse(wanted.ToString()) is { } amount && amount == Quantity.Parse(stored.ToString());
}
