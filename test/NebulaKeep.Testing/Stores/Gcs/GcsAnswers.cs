using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace NebulaKeep.Testing.Stores.Gcs;

/// <summary>Answers in Google's form.</summary>
static class GcsAnswers
{
    public static Task ErrorAsync(HttpContext context, int status, string reason, string message)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["code"] = status,
                ["message"] = message,
                ["errors"] = new JsonArray(new JsonObject { ["message"] = message, ["domain"] = "global", ["reason"] = reason }),
            },
        });
    }

    public static Task NoBucketAsync(HttpContext context) => ErrorAsync(context, 404, "notFound", "The specified bucket does not exist.");

    public static Task NoObjectAsync(HttpContext context, string bucket, string name) => ErrorAsync(context, 404, "notFound", $"No such object: {bucket}/{name}");

    public static Task ConditionNotMetAsync(HttpContext context) => ErrorAsync(context, 412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");

    /// <summary>An answer's JSON, cut to the fields that were asked for.</summary>
    public static Task JsonAsync(HttpContext context, JsonObject body) => WriteAsync(context, FieldMask.Apply(body, context.Request.Query["fields"].ToString()));

    /// <summary>Whether the request's preconditions hold for what is there.</summary>
    public static bool Holds(IQueryCollection query, GcsEntry? there)
    {
        var generation = there?.Generation ?? 0;
        return (!query.TryGetValue("ifGenerationMatch", out var match) || match == generation.ToString())
            && (!query.TryGetValue("ifGenerationNotMatch", out var not) || not != generation.ToString());
    }

    public static JsonObject Describe(HttpContext context, string bucket, GcsEntry entry)
    {
        var server = $"{context.Request.Scheme}://{context.Request.Host}";
        var path = $"/storage/v1/b/{bucket}/o/{Uri.EscapeDataString(entry.Name)}";
        var time = entry.Updated.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
        var described = new JsonObject
        {
            ["kind"] = "storage#object", ["id"] = $"{bucket}/{entry.Name}/{entry.Generation}", ["name"] = entry.Name, ["bucket"] = bucket,
            ["generation"] = entry.Generation.ToString(), ["metageneration"] = "1", ["contentType"] = entry.ContentType, ["storageClass"] = "STANDARD",
            ["size"] = entry.Content.Size.ToString(), ["md5Hash"] = entry.Content.Md5, ["crc32c"] = entry.Content.Crc32C, ["etag"] = $"CJ{entry.Generation}",
            ["timeCreated"] = time, ["updated"] = time, ["selfLink"] = server + path, ["mediaLink"] = $"{server}/download{path}?generation={entry.Generation}&alt=media",
        };
        if (entry.Metadata.Count > 0) described["metadata"] = new JsonObject(entry.Metadata.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
        return described;
    }

    static Task WriteAsync(HttpContext context, JsonObject body)
    {
        context.Response.ContentType = "application/json; charset=UTF-8";
        return context.Response.WriteAsync(body.ToJsonString());
    }
}

/// <summary>Google's <c>fields</c> parameter: <c>a,b(c,d)</c>, or <c>b/c,b/d</c>.</summary>
static class FieldMask
{
    public static JsonObject Apply(JsonObject body, string mask)
    {
        if (mask.Length == 0) return body;
        var kept = new JsonObject();
        foreach (var field in Split(mask).GroupBy(part => part.Name, part => part.Inner, StringComparer.Ordinal))
            if (body[field.Key] is { } value) kept[field.Key] = Cut(value.DeepClone(), string.Join(',', field));
        return kept;
    }

    static JsonNode Cut(JsonNode value, string inner) => value switch
    {
        _ when inner.Length == 0 => value,
        JsonArray array => new JsonArray([.. array.Select(item => (JsonNode?)Apply((JsonObject)item!, inner))]),
        _ => Apply((JsonObject)value, inner),
    };

    static IEnumerable<(string Name, string Inner)> Split(string mask)
    {
        for (int start = 0, at = 0, depth = 0; at <= mask.Length; at++)
        {
            if (at < mask.Length && mask[at] == '(') depth++;
            if (at < mask.Length && mask[at] == ')') depth--;
            if (at < mask.Length && (mask[at] != ',' || depth > 0)) continue;
            var part = mask[start..at];
            start = at + 1;
            var end = part.IndexOfAny(['(', '/']);
            yield return end < 0 ? (part, "") : (part[..end], part[end] == '/' ? part[(end + 1)..] : part[(end + 1)..^1]);
        }
    }
}
