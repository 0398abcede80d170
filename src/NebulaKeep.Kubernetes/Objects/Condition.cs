using System.Text.Json.Nodes;

namespace NebulaKeep.Kubernetes.Objects;

/// <summary>
/// One aspect of an object's status, for people and tools. <paramref name="Status"/> null means Unknown; the reason is one
/// UpperCamelCase word for programs, the message a sentence for people.
/// </summary>
public sealed record Condition(string Type, bool? Status, string Reason, string Message)
{
    /// <summary>The condition of a type in a status' list, or null.</summary>
    public static JsonObject? Find(JsonNode? conditions, string type) => conditions.Items().FirstOrDefault(item => item.Text("type") == type);

    /// <summary>True when the list holds the condition with status True.</summary>
    public static bool IsTrue(JsonNode? conditions, string type) => Find(conditions, type)?.Text("status") == "True";

    /// <summary>
    /// The list with this condition in it; the given list stays as it is. <c>lastTransitionTime</c> moves only when the status does, and
    /// <c>lastUpdateTime</c> when anything does, so that saying the same again changes nothing.
    /// </summary>
    public JsonArray SetIn(JsonNode? conditions, long observedGeneration, DateTimeOffset now)
    {
        var result = conditions is JsonArray list ? (JsonArray)list.DeepClone() : [];
        var old = Find(result, Type);
        if (old is not null && Says(old, observedGeneration)) return result;
        var made = ToJson(observedGeneration, now);
        if (old?.Text("status") == made.Text("status") && old?["lastTransitionTime"] is { } since) made["lastTransitionTime"] = since.DeepClone();
        if (old is null) result.Add(made);
        else result[result.IndexOf(old)] = made;
        return result;
    }

    bool Says(JsonObject old, long observedGeneration) =>
        old.Text("status") == StatusText && old.Text("reason") == Reason && old.Text("message") == Message
        && old["observedGeneration"]?.GetValue<long>() == observedGeneration;

    string StatusText => Status switch { true => "True", false => "False", null => "Unknown" };

    JsonObject ToJson(long observedGeneration, DateTimeOffset now) => new()
    {
        ["type"] = Type,
        ["status"] = StatusText,
        ["reason"] = Reason,
        ["message"] = Message,
        ["observedGeneration"] = observedGeneration,
        ["lastUpdateTime"] = now.ToKubernetesTime(),
        ["lastTransitionTime"] = now.ToKubernetesTime(),
    };
}
