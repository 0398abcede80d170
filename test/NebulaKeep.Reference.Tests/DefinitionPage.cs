using YamlDotNet.Serialization;

namespace NebulaKeep.Reference.Tests;

using Schema = Dictionary<object, object>;

/// <summary>A page of a custom resource: every field of its definition by its path.</summary>
static class DefinitionPage
{
    static readonly IDeserializer Yaml = new DeserializerBuilder().Build();

    /// <param name="definition">A CustomResourceDefinition of apiextensions.k8s.io/v1.</param>
    public static Markdown Of(string definition)
    {
        var spec = Map(Yaml.Deserialize<Schema>(definition)["spec"]);
        var names = Map(spec["names"]);
        var version = Map(((List<object>)spec["versions"]).Single());
        var schema = Map(Map(version["schema"])["openAPIV3Schema"]);
        var page = new Markdown().Heading(1, (string)names["kind"]).Paragraph(Text(schema, "description"))
            .Paragraph($"`apiVersion: {spec["group"]}/{version["name"]}`, `kubectl get {string.Join("`, `", ((List<object>)names["shortNames"]).Prepend(names["plural"]).Select(name => name.ToString()))}`");
        foreach (var part in new[] { "spec", "status" })
            page.Heading(2, part).Table(["field", "type", "default", "meaning"], [.. Fields(Map(Map(schema["properties"])[part]), "")]);
        return page;
    }

    static IEnumerable<IReadOnlyList<string>> Fields(Schema schema, string path)
    {
        if (schema.GetValueOrDefault("items") is Schema item) return Fields(item, path + "[]");
        if (schema.GetValueOrDefault("additionalProperties") is Schema value) return Fields(value, path + ".*");
        if (schema.GetValueOrDefault("properties") is not Schema properties) return [];
        var required = (schema.GetValueOrDefault("required") as List<object> ?? []).ToHashSet();
        var foreign = IsKubernetes(schema) ? "as in Kubernetes" : "";
        return properties.SelectMany(field => Field(Map(field.Value), path.Length == 0 ? (string)field.Key : $"{path}.{field.Key}", required.Contains(field.Key), foreign));
    }

    static IEnumerable<IReadOnlyList<string>> Field(Schema schema, string path, bool required, string meaning) =>
        Fields(schema, path).Prepend(
        [
            Markdown.Code(path), TypeName(schema), schema.TryGetValue("default", out var value) ? Markdown.Code(Shown(value)) : required ? "required" : "",
            Text(schema, "description") is { Length: > 0 } own ? own : meaning,
        ]);

    /// <summary>A part of a pod's spec, of which the definition only says what it needs.</summary>
    static bool IsKubernetes(Schema schema) => schema.GetValueOrDefault("x-kubernetes-preserve-unknown-fields") is "true";

    static string TypeName(Schema schema)
    {
        if (schema.GetValueOrDefault("x-kubernetes-int-or-string") is "true") return "number or text, as a quantity";
        var name = Text(schema, "type") switch
        {
            "array" => $"list of {(schema.GetValueOrDefault("items") is Schema item ? TypeName(item) : "anything")}",
            "object" when schema.GetValueOrDefault("additionalProperties") is Schema value => $"map to {TypeName(value)}",
            "object" when IsKubernetes(schema) => "object, as in Kubernetes",
            "integer" => "whole number",
            "boolean" => "true or false",
            "string" => Text(schema, "format") is "date-time" ? "time" : "text",
            var other => other,
        };
        return name + Bounds(schema);
    }

    static string Bounds(Schema schema)
    {
        if (schema.GetValueOrDefault("enum") is List<object> choices) return ": " + string.Join(", ", choices.Select(choice => Markdown.Code((string)choice)));
        return schema.TryGetValue("minimum", out var least) ? $", at least {least}" : "";
    }

    static string Shown(object value) => value switch
    {
        string text => text,
        List<object> list => $"[{string.Join(", ", list.Select(Shown))}]",
        Schema map => $"{{{string.Join(", ", map.Select(pair => $"{pair.Key}: {Shown(pair.Value)}"))}}}",
        _ => value.ToString()!,
    };

    static string Text(Schema schema, string key) => schema.GetValueOrDefault(key) as string ?? "";

    static Schema Map(object value) => (Schema)value;
}
