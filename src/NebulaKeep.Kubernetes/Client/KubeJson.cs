using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>JSON as it goes over the wire.</summary>
static class KubeJson
{
    static readonly JsonDocumentOptions Reading = new() { MaxDepth = 256, AllowDuplicateProperties = false };
    static readonly JsonSerializerOptions Writing = new() { MaxDepth = 256, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static HttpContent Content(JsonNode body, string contentType)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, Writing));
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return content;
    }

    /// <summary>One object; its memory is its own.</summary>
    public static JsonObject ParseObject(ReadOnlySpan<byte> utf8, string doing)
    {
        try
        {
            return JsonNode.Parse(utf8, documentOptions: Reading) as JsonObject ?? throw new KubeException($"{doing}: the answer is no JSON object", false);
        }
        catch (JsonException error)
        {
            throw new KubeException($"{doing}: the answer is not valid JSON: {error.Message}", false, error);
        }
    }

    /// <summary>
    /// An equal object in memory of its own, without <c>managedFields</c>, which nobody here reads and which can be half of an object.
    /// A node taken out of a page or changed after parsing would keep the whole text that it came from alive.
    /// </summary>
    public static JsonObject Compact(JsonObject item)
    {
        (item["metadata"] as JsonObject)?.Remove("managedFields");
        return ParseObject(JsonSerializer.SerializeToUtf8Bytes(item, Writing), "keeping an object");
    }
}
