using System.Reflection;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Yaml;

namespace NebulaKeep.Kubernetes.Crds;

/// <summary>
/// Makes CustomResourceDefinitions (apiextensions.k8s.io/v1) from classes marked with <see cref="CustomResourceAttribute"/>. The same
/// classes give the same text, so the files can be checked in and compared.
/// </summary>
public static class CrdGenerator
{
    /// <summary>The kind that a class describes.</summary>
    public static ResourceKind KindOf(Type type)
    {
        var resource = Attribute(type);
        return new ResourceKind(resource.Group, resource.Version, resource.Kind, resource.Plural);
    }

    /// <summary>The customary name of a definition's file.</summary>
    public static string FileName(Type type) => $"{Attribute(type).Group}_{Attribute(type).Plural}.yaml";

    /// <summary>The definition as YAML.</summary>
    public static string Yaml(Type type) => YamlWriter.Write(Definition(type));

    /// <summary>The definition.</summary>
    public static JsonObject Definition(Type type)
    {
        var resource = Attribute(type);
        return new JsonObject
        {
            ["apiVersion"] = KnownKinds.CustomResourceDefinition.ApiVersion,
            ["kind"] = KnownKinds.CustomResourceDefinition.Kind,
            ["metadata"] = new JsonObject { ["name"] = $"{resource.Plural}.{resource.Group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = resource.Group,
                ["names"] = Names(resource),
                ["scope"] = "Namespaced",
                ["versions"] = new JsonArray(Version(type, resource)),
            },
        };
    }

    static CustomResourceAttribute Attribute(Type type) =>
        type.GetCustomAttribute<CustomResourceAttribute>() ?? throw new ArgumentException($"{type.Name} has no CustomResource attribute");

    static JsonObject Names(CustomResourceAttribute resource) => new()
    {
        ["kind"] = resource.Kind,
        ["listKind"] = resource.Kind + "List",
        ["plural"] = resource.Plural,
        ["shortNames"] = new JsonArray([.. resource.ShortNames.Select(name => JsonValue.Create(name))]),
        ["singular"] = resource.Kind.ToLowerInvariant(),
    };

    static JsonObject Version(Type type, CustomResourceAttribute resource) => new()
    {
        ["name"] = resource.Version,
        ["served"] = true,
        ["storage"] = true,
        ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
        ["additionalPrinterColumns"] = new JsonArray(
            [.. type.GetCustomAttributes<PrinterColumnAttribute>().OrderBy(column => column.Line).Select(Column)]),
        ["schema"] = new JsonObject { ["openAPIV3Schema"] = Schema(type) },
    };

    static JsonObject Column(PrinterColumnAttribute column) =>
        new() { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.JsonPath };

    static JsonObject Schema(Type type)
    {
        var descriptions = XmlDescriptions.Of(type.Assembly);
        var body = new SchemaBuilder(descriptions).Object(type);
        var properties = new JsonObject
        {
            ["apiVersion"] = new JsonObject { ["type"] = "string" },
            ["kind"] = new JsonObject { ["type"] = "string" },
            ["metadata"] = new JsonObject { ["type"] = "object" },
        };
        foreach (var (name, value) in (JsonObject)body["properties"]!) properties[name] = value?.DeepClone();
        body["properties"] = properties;
        var schema = new JsonObject();
        if (descriptions.Of(type) is { } text) schema["description"] = text;
        foreach (var (name, value) in body) schema[name] = value?.DeepClone();
        return schema;
    }
}
