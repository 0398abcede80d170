using System.Collections;
using System.Text;
using System.Text.Json.Nodes;
using NebulaKeep.ThriftGen;

namespace NebulaKeep.Nebula.Tests.Support;

/// <summary>
/// Shows a decoded message as the JSON beside the golden bytes does: IDL names, enums by name, unset optional fields left out unless the
/// IDL gives them a default. The names come from the IDL, so a property of a wrong name shows.
/// </summary>
static class IdlJson
{
    static readonly Dictionary<string, IdlStruct> Structs = NebulaIdl.Sources
        .Select(s => IdlParser.Parse(s.Key, s.Value)).Where(f => f.Name is not "graph.thrift" and not "storage.thrift")
        .SelectMany(f => f.Types.Values).OfType<IdlStruct>().ToDictionary(s => s.CsName);

    internal static JsonNode? Of(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        double number => JsonValue.Create(number),
        byte[] bytes => JsonValue.Create(Encoding.UTF8.GetString(bytes)),
        Enum member => Enum.GetName(member.GetType(), member) is { } name ? JsonValue.Create(name)
            : JsonValue.Create(Convert.ToInt64(member)),
        sbyte or short or int or long => JsonValue.Create(Convert.ToInt64(value)),
        IDictionary map => new JsonObject(map.Keys.Cast<object>().Select(key => KeyValuePair.Create(key.ToString()!, Of(map[key])))),
        IEnumerable list => new JsonArray([.. list.Cast<object>().Select(Of)]),
        _ => OfStruct(value),
    };

    static JsonObject OfStruct(object value)
    {
        var json = new JsonObject();
        foreach (var field in Structs[value.GetType().Name].Fields)
        {
            var content = value.GetType().GetProperty(TypeMap.Pascal(field.Name))!.GetValue(value);
            var missing = field is { Requiredness: Requiredness.Optional, Default: { } d } ? JsonNode.Parse(d.Text) : null;
            if ((content is null ? missing : Of(content)) is { } node) json[field.Name] = node;
        }
        return json;
    }
}
