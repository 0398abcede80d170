using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NebulaKeep.Core;

namespace NebulaKeep.Kubernetes.Objects;

/// <summary>Between the JSON of objects and the classes that describe them.</summary>
public static class ResourceJson
{
    /// <summary>camelCase names; what is null is left out; fields without a property are skipped.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = 256,
    };

    /// <summary>Reads an object, or a part of one, into its class.</summary>
    /// <exception cref="NebulaKeepException">It does not fit: the stored object is older than its schema, say.</exception>
    public static T Read<T>(JsonNode json)
        where T : class
    {
        try
        {
            return json.Deserialize<T>(Options) ?? throw new NebulaKeepException($"Expected a {typeof(T).Name}, found null");
        }
        catch (JsonException error)
        {
            throw new NebulaKeepException($"Not a valid {typeof(T).Name}, at {error.Path}: {error.Message}", error);
        }
    }

    /// <summary>Writes a value as JSON.</summary>
    public static JsonObject Write<T>(T value)
        where T : class =>
        JsonSerializer.SerializeToNode(value, Options) as JsonObject ?? throw new ArgumentException($"{typeof(T).Name} is not written as an object");
}
