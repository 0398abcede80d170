using System.Text.Json.Nodes;

namespace NebulaKeep.Operator.Tests;

/// <summary>Merge patches as the API server applies them (RFC 7386).</summary>
static class MergePatch
{
    public static void Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null) target.Remove(name);
            else if (value is JsonObject inner && target[name] is JsonObject old) Apply(old, inner);
            else target[name] = value.DeepClone();
        }
    }
}
