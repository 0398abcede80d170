using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using NebulaKeep.Core;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace NebulaKeep.Kubernetes.Yaml;

/// <summary>
/// Reads YAML as Kubernetes' tools do: into the JSON that the API server would see. Anchors are refused, because a few bytes of
/// them can stand for gigabytes.
/// </summary>
public static class YamlReader
{
    const int MaxDocumentCharacters = 16 << 20;

    // Keeps words such as "Infinity" texts.
    static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789+-.eE");

    /// <summary>All documents of a text; empty ones are left out.</summary>
    /// <exception cref="NebulaKeepException">The text is not YAML, or uses what is not allowed here.</exception>
    public static IReadOnlyList<JsonNode> ReadAll(string text)
    {
        if (text.Length > MaxDocumentCharacters) throw new NebulaKeepException($"A YAML text of {text.Length} characters is too long");
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
            return [.. stream.Documents.Select(document => Convert(document.RootNode)).OfType<JsonNode>()];
        }
        catch (YamlException error)
        {
            throw new NebulaKeepException($"Not valid YAML, line {error.Start.Line}: {error.Message}", error);
        }
    }

    static JsonNode? Convert(YamlNode node)
    {
        if (!node.Anchor.IsEmpty) throw new NebulaKeepException($"YAML anchors are not supported (line {node.Start.Line})");
        return node switch
        {
            YamlMappingNode map => ConvertMap(map),
            YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
            YamlScalarNode scalar => ConvertScalar(scalar),
            _ => throw new NebulaKeepException($"Unexpected YAML node in line {node.Start.Line}"),
        };
    }

    static JsonObject ConvertMap(YamlMappingNode map)
    {
        var result = new JsonObject();
        foreach (var (key, value) in map.Children)
            result.Add(((YamlScalarNode)key).Value ?? "", Convert(value));
        return result;
    }

    static JsonValue? ConvertScalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not ScalarStyle.Plain) return JsonValue.Create(text);
        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ => ConvertNumber(text),
        };
    }

    static JsonValue ConvertNumber(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return JsonValue.Create(whole);
        return text.AsSpan().IndexOfAnyExcept(NumberCharacters) < 0 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
            ? JsonValue.Create(real)
            : JsonValue.Create(text);
    }
}
