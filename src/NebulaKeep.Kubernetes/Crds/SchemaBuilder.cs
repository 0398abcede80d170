using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Crds;

/// <summary>
/// Makes the structural schema of a class: property types, <c>required</c> members, defaults and limits from the attributes of
/// <c>System.ComponentModel</c>, descriptions from doc comments. A class with extension data accepts and keeps unknown fields.
/// </summary>
sealed class SchemaBuilder(XmlDescriptions descriptions)
{
    const string Preserve = "x-kubernetes-preserve-unknown-fields";

    // Kubernetes' own pattern of a quantity (resource.Quantity), so that "1 Gi" is refused when it is written.
    const string QuantityPattern =
        @"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";

    /// <summary>The schema of a class as an object.</summary>
    public JsonObject Object(Type type)
    {
        var schema = new JsonObject { ["type"] = "object" };
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var property in Declared(type))
        {
            properties.Add(NameOf(property), Property(property));
            if (property.IsDefined(typeof(RequiredMemberAttribute))) required.Add(NameOf(property));
        }
        if (properties.Count > 0) schema["properties"] = properties;
        if (required.Count > 0) schema["required"] = required;
        if (type.GetCustomAttribute<ExactlyOneOfAttribute>() is { } choice) schema["oneOf"] = OneOf(choice);
        if (KeepsUnknown(type)) schema[Preserve] = true;
        return schema;
    }

    static IEnumerable<PropertyInfo> Declared(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => !property.IsDefined(typeof(JsonIgnoreAttribute)) && !property.IsDefined(typeof(JsonExtensionDataAttribute)))
        .OrderBy(property => Depth(property.DeclaringType!))
        .ThenBy(property => property.MetadataToken);

    /// <summary>Base classes first, so that shared fields come in one order everywhere.</summary>
    static int Depth(Type type) => type.BaseType is { } parent ? Depth(parent) + 1 : 0;

    static bool KeepsUnknown(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Any(property => property.IsDefined(typeof(JsonExtensionDataAttribute)));

    static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    static JsonArray OneOf(ExactlyOneOfAttribute choice) =>
        new([.. choice.Properties.Select(name => new JsonObject { ["required"] = new JsonArray(name) })]);

    JsonObject Property(PropertyInfo property)
    {
        var schema = new JsonObject();
        if (descriptions.Of(property) is { Length: > 0 } text) schema["description"] = text;
        foreach (var (key, value) in Typed(property.PropertyType, property.GetCustomAttribute<EmbeddedAttribute>()))
            schema[key] = value?.DeepClone();
        AddLimits(schema, property);
        if (property.IsDefined(typeof(AcceptsNullAttribute))) schema["nullable"] = true;
        return schema;
    }

    JsonObject Typed(Type declared, EmbeddedAttribute? embedded)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type == typeof(JsonObject)) return Embedded(embedded);
        if (type == typeof(IntOrString)) return Quantity();
        if (type.IsEnum) return new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(name => JsonValue.Create(name))]) };
        if (Simple(type) is { } simple) return simple;
        var arguments = type.IsGenericType ? type.GetGenericArguments() : [];
        if (arguments.Length == 2) return new JsonObject { ["type"] = "object", ["additionalProperties"] = Typed(arguments[1], embedded) };
        if (typeof(IEnumerable).IsAssignableFrom(type)) return new JsonObject { ["type"] = "array", ["items"] = Typed(arguments[0], embedded) };
        return Object(type);
    }

    static JsonObject? Simple(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.String => new JsonObject { ["type"] = "string" },
        TypeCode.Boolean => new JsonObject { ["type"] = "boolean" },
        TypeCode.Int32 => new JsonObject { ["type"] = "integer", ["format"] = "int32" },
        TypeCode.Int64 => new JsonObject { ["type"] = "integer", ["format"] = "int64" },
        TypeCode.Double => new JsonObject { ["type"] = "number" },
        _ when type == typeof(DateTimeOffset) => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        _ => null,
    };

    static JsonObject Embedded(EmbeddedAttribute? embedded)
    {
        var schema = new JsonObject { ["type"] = "object" };
        if (embedded is { RequiredTexts.Count: > 0 })
        {
            schema["properties"] = new JsonObject(embedded.RequiredTexts.Select(name =>
                KeyValuePair.Create<string, JsonNode?>(name, new JsonObject { ["type"] = "string", ["minLength"] = 1 })));
            schema["required"] = new JsonArray([.. embedded.RequiredTexts.Select(name => JsonValue.Create(name))]);
        }
        schema[Preserve] = true;
        return schema;
    }

    static JsonObject Quantity() => new()
    {
        ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }),
        ["pattern"] = QuantityPattern,
        ["x-kubernetes-int-or-string"] = true,
    };

    static void AddLimits(JsonObject schema, PropertyInfo property)
    {
        if (property.GetCustomAttribute<DefaultValueAttribute>()?.Value is { } value) schema["default"] = Constant(value);
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            if (Number(range.Minimum) is > int.MinValue and var least) schema["minimum"] = least;
            if (Number(range.Maximum) is < int.MaxValue and var most) schema["maximum"] = most;
        }
        var isList = schema["type"]?.GetValue<string>() == "array";
        if (property.GetCustomAttribute<MinLengthAttribute>() is { } shortest) schema[isList ? "minItems" : "minLength"] = shortest.Length;
        if (property.GetCustomAttribute<MaxLengthAttribute>() is { } longest) schema[isList ? "maxItems" : "maxLength"] = longest.Length;
        if (property.GetCustomAttribute<RegularExpressionAttribute>() is { } expression) schema["pattern"] = expression.Pattern;
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
            schema["enum"] = new JsonArray([.. allowed.Values.Select(one => Constant(one!))]);
    }

    static JsonNode? Constant(object value) => JsonSerializer.SerializeToNode(value);

    static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
