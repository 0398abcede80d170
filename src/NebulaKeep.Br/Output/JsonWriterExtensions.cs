using System.Text.Json;
using System.Text.Json.Nodes;

namespace NebulaKeep.Br.Output;

static class JsonWriterExtensions
{
    /// <summary>The properties of a document into an object that is being written.</summary>
    public static void WriteFieldsTo(this JsonObject document, Utf8JsonWriter json)
    {
        foreach (var (name, value) in document)
        {
            json.WritePropertyName(name);
            if (value is null) json.WriteNullValue();
            else value.WriteTo(json);
        }
    }

    /// <summary>A property that is a list of texts.</summary>
    public static void WriteStringArray(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
