using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests.Resources;

/// <summary>A field of upstream's definitions, from <c>Fields.txt</c>. Parts of the path are names, <c>[]</c> for an item and <c>&lt;key&gt;</c> for any key.</summary>
sealed record FieldRow(char Class, string Kind, IReadOnlyList<string> Path, string Type, IReadOnlyList<string> Notes)
{
    public const string Item = "[]";
    public const string AnyKey = "<key>";

    public static IReadOnlyList<FieldRow> All { get; } = [.. File.ReadLines(RepositoryRoot.Join("test", "NebulaKeep.Operator.Tests", "Resources", "Fields.txt"))
        .Where(line => line.Length > 0 && line[0] != '#').SelectMany(Read)];

    /// <summary>By upstream, or by us because nothing can be done without it.</summary>
    public bool IsRequired => Notes.Contains("required") || Notes.Contains("demanded");

    /// <summary>It takes the place of fields that come before it: a backup has one store.</summary>
    public bool IsAlternative => Notes.Contains("alternative");

    public JsonNode? Default => Note("default=");

    /// <summary>A value that the field takes, and not its default.</summary>
    public JsonNode Value => Note("value=") ?? Type switch
    {
        "string" => "text",
        "integer" => 3,
        "boolean" => Default is null || !Default.GetValue<bool>(),
        "kubernetes" => new JsonObject { ["limits"] = new JsonObject { ["cpu"] = "1" } },
        _ => throw new InvalidOperationException($"{this} needs a value"),
    };

    /// <summary>A value of another type; null where every type will do.</summary>
    public JsonNode? Wrong => Type switch { "any" => null, "string" => 7, _ => "text" };

    public override string ToString() => $"{Kind} {string.Join('.', Path)}";

    /// <summary>What an object has at the path.</summary>
    public JsonNode? In(JsonNode? node)
    {
        foreach (var part in Path) node = Get(node, part);
        return node;
    }

    /// <summary>Puts a value at the path, and makes what is missing on the way.</summary>
    public void Put(JsonObject root, JsonNode value) => Put(root, value, 0);

    void Put(JsonNode node, JsonNode value, int at)
    {
        if (at == Path.Count - 1) Set(node, Path[at], value);
        else Put(Get(node, Path[at]) ?? Set(node, Path[at], Path[at + 1] == Item ? new JsonArray() : new JsonObject()), value, at + 1);
    }

    static JsonNode? Get(JsonNode? node, string part) => part == Item ? node is JsonArray { Count: > 0 } list ? list[0] : null : node.At(part == AnyKey ? "key" : part);

    static JsonNode Set(JsonNode node, string part, JsonNode value)
    {
        if (node is not JsonArray list) return node[part == AnyKey ? "key" : part] = value;
        if (list.Count > 0) list[0] = value;
        else list.Add(value);
        return value;
    }

    JsonNode? Note(string name) => Notes.FirstOrDefault(note => note.StartsWith(name, StringComparison.Ordinal)) is { } note ? JsonNode.Parse(note[name.Length..]) : null;

    static IEnumerable<FieldRow> Read(string line)
    {
        var columns = line.Split(' ');
        return Expand(columns[2]).Select(path => new FieldRow(columns[0][0], columns[1], [.. path.Replace(Item, $".{Item}", StringComparison.Ordinal).Split('.')], columns[3], columns[4..]));
    }

    /// <summary>One path for each word between braces.</summary>
    static IEnumerable<string> Expand(string path)
    {
        var (open, close) = (path.IndexOf('{', StringComparison.Ordinal), path.IndexOf('}', StringComparison.Ordinal));
        return open < 0 ? [path] : path[(open + 1)..close].Split(',').SelectMany(word => Expand(path[..open] + word + path[(close + 1)..]));
    }
}
