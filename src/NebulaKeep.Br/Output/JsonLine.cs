using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NebulaKeep.Br.Output;

/// <summary>JSON documents on one line.</summary>
static class JsonLine
{
    // Names of spaces stay readable; the output is no HTML.
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An object with these fields.</summary>
    public static string Of(Action<Utf8JsonWriter> fields)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(line.ToArray());
    }
}
