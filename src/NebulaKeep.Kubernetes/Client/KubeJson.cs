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
        var content = new ByteArrayContent(Write(body));
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return content;
    }

    /// <summary>As UTF-8 text.</summary>
    public static byte[] Write(JsonNode body) => JsonSerializer.SerializeToUtf8Bytes(body, Writing);

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
    /// One page of a list: each item read by itself, so that it holds no more than itself, and the list's metadata. A page is never one tree:
    /// that would take many times its text.
    /// </summary>
    public static (List<JsonObject> Items, JsonObject? Metadata) ParsePage(ReadOnlySpan<byte> utf8, string doing)
    {
        var (items, metadata) = (new List<JsonObject>(), (JsonObject?)null);
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Reading.MaxDepth });
            reader.Read();
            if (reader.TokenType is not JsonTokenType.StartObject) throw new KubeException($"{doing}: the answer is no JSON object", false);
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var (isItems, isMetadata) = (reader.ValueTextEquals("items"u8), reader.ValueTextEquals("metadata"u8));
                reader.Read();
                if (isItems && reader.TokenType is JsonTokenType.StartArray)
                    while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray) items.Add(ParseObject(Slice(ref reader, utf8), doing));
                else if (isMetadata) metadata = ParseObject(Slice(ref reader, utf8), doing);
                else reader.Skip();
            }
        }
        catch (JsonException error)
        {
            throw new KubeException($"{doing}: the answer is not valid JSON: {error.Message}", false, error);
        }
        return (items, metadata);
    }

    /// <summary>Takes off <c>managedFields</c>, which nobody here reads and which can be half of an object.</summary>
    public static JsonObject Strip(JsonObject item)
    {
        (item["metadata"] as JsonObject)?.Remove("managedFields");
        return item;
    }

    /// <summary>The text of the value at which the reader is; the reader is at its end then.</summary>
    static ReadOnlySpan<byte> Slice(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return utf8[start..(int)reader.BytesConsumed];
    }
}
