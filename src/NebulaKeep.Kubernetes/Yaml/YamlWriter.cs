using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NebulaKeep.Kubernetes.Yaml;

/// <summary>
/// Writes JSON as block-style YAML with two blanks of indentation: one form for one value, so that checked-in files differ only where
/// their content does. Strings that a YAML reader could take for something else are quoted.
/// </summary>
public static class YamlWriter
{
    static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    { "true", "false", "null", "yes", "no", "on", "off", "y", "n", ".inf", ".nan" };

    /// <summary>The text of one document, without a document mark, ending in a newline.</summary>
    public static string Write(JsonNode node)
    {
        var text = new StringBuilder();
        switch (node)
        {
            case JsonObject { Count: > 0 } map: WriteMap(text, map, 0); break;
            case JsonArray { Count: > 0 } list: WriteList(text, list, 0); break;
            default: text.Append(Scalar(node)).Append('\n'); break;
        }
        return text.ToString();
    }

    static void WriteMap(StringBuilder text, JsonObject map, int indent)
    {
        var first = true;
        foreach (var (key, value) in map)
        {
            // The first key of a list's item follows the item's dash.
            if (!first || text.Length == 0 || text[^1] == '\n') text.Append(' ', indent);
            first = false;
            text.Append(Quote(key)).Append(':');
            WriteValue(text, value, indent);
        }
    }

    static void WriteValue(StringBuilder text, JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                text.Append('\n');
                WriteMap(text, map, indent + 2);
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('\n');
                WriteList(text, list, indent);
                break;
            default:
                text.Append(' ').Append(Scalar(value)).Append('\n');
                break;
        }
    }

    static void WriteList(StringBuilder text, JsonArray list, int indent)
    {
        foreach (var item in list)
        {
            text.Append(' ', indent).Append("- ");
            switch (item)
            {
                case JsonObject { Count: > 0 } map: WriteMap(text, map, indent + 2); break;
                case JsonArray { Count: > 0 } inner:
                    text.Length--;
                    text.Append('\n');
                    WriteList(text, inner, indent + 2);
                    break;
                default: text.Append(Scalar(item)).Append('\n'); break;
            }
        }
    }

    static string Scalar(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        JsonValue value when value.GetValueKind() is JsonValueKind.String => Quote(value.GetValue<string>()),
        _ => node.ToJsonString(),
    };

    static string Quote(string value) => IsPlain(value) ? value : JsonSerializer.Serialize(value, YamlJson.Strings);

    static bool IsPlain(string value) =>
        value.Length > 0
        && !Words.Contains(value)
        && StartsPlain(value)
        && !char.IsWhiteSpace(value[^1])
        && value[^1] != ':'
        && !value.Contains(": ", StringComparison.Ordinal)
        && !value.Contains(" #", StringComparison.Ordinal)
        && !value.Any(c => c is < ' ' or > '~');

    static bool StartsPlain(string value) =>
        char.IsAsciiLetter(value[0]) || value[0] is '/' or '_' || (value[0] is '.' && value.Length > 1 && char.IsAsciiLetter(value[1]));
}

static class YamlJson
{
    /// <summary>A JSON string is a double-quoted YAML scalar; only what JSON demands is escaped.</summary>
    public static readonly JsonSerializerOptions Strings = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
