using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Shared;

/// <summary>
/// A status being changed, and the merge patch that makes it so: only what differs, with the version that it was decided on, so that a
/// decision on an old object is refused instead of undoing a newer one. Saying the same again gives no patch.
/// </summary>
sealed class StatusDraft(JsonObject item, DateTimeOffset now)
{
    readonly JsonObject old = item["status"] as JsonObject ?? [];
    readonly JsonObject status = (JsonObject?)(item["status"] as JsonObject)?.DeepClone() ?? [];

    /// <summary>Sets a field; null removes it.</summary>
    public StatusDraft Set(string field, JsonNode? value)
    {
        if (value is null) status.Remove(field);
        else status[field] = value.Parent is null ? value : value.DeepClone();
        return this;
    }

    /// <summary>A field as it was set.</summary>
    public JsonNode? Find(string field) => status[field];

    /// <summary>Sets a condition; see <see cref="Kubernetes.Objects.Condition"/>.</summary>
    public StatusDraft Condition(string type, bool? value, string reason, string message)
    {
        status["conditions"] = new Condition(type, value, reason, message).SetIn(status["conditions"], item.Generation(), now);
        return this;
    }

    /// <summary>The patch, or null when nothing changes.</summary>
    public JsonObject? ToPatch()
    {
        var changes = Difference(old, status);
        if (changes.Count == 0) return null;
        if (item.Generation() > 0) changes["observedGeneration"] = item.Generation();
        return new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = item.ResourceVersion() }, ["status"] = changes };
    }

    /// <summary>The merge patch from one object to another: what is gone is null, also deep inside.</summary>
    static JsonObject Difference(JsonObject from, JsonObject to)
    {
        var changes = new JsonObject();
        foreach (var (field, value) in to)
        {
            if (JsonNode.DeepEquals(value, from[field])) continue;
            changes[field] = value is JsonObject inner && from[field] is JsonObject before ? Difference(before, inner) : value?.DeepClone();
        }
        foreach (var (field, _) in from)
            if (!to.ContainsKey(field)) changes[field] = null;
        return changes;
    }
}
