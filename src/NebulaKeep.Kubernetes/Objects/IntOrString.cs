using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace NebulaKeep.Kubernetes.Objects;

/// <summary>A value that Kubernetes takes as a number or a text, such as a port or a quantity (<c>2</c>, <c>500m</c>, <c>1Gi</c>); kept as it was written.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct IntOrString(string Text, bool IsNumber = false)
{
    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>As JSON, in the form that it was read in.</summary>
    public JsonNode ToJson() => IsNumber ? JsonNode.Parse(Text)! : JsonValue.Create(Text);

    sealed class Converter : JsonConverter<IntOrString>
    {
        public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is JsonTokenType.String) return new IntOrString(reader.GetString() ?? "");
            using var number = JsonDocument.ParseValue(ref reader);
            if (number.RootElement.ValueKind is not JsonValueKind.Number) throw new JsonException("Expected a number or a string");
            return new IntOrString(number.RootElement.GetRawText(), IsNumber: true);
        }

        public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
        {
            if (value.IsNumber) writer.WriteRawValue(value.Text);
            else writer.WriteStringValue(value.Text);
        }
    }
}
