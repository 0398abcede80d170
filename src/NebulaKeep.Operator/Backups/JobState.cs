using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Backups;

/// <summary>A stored Job, read.</summary>
sealed class JobState(JsonObject json)
{
    public string Uid => json.Uid();

    public NamespacedName Key => json.Key();

    public bool IsDeleting => json.IsDeleting();

    public bool IsComplete => Condition.IsTrue(Conditions, "Complete");

    public bool IsFailed => Condition.IsTrue(Conditions, "Failed");

    public bool IsFinished => IsComplete || IsFailed;

    /// <summary>Its controller makes no more pods and ends those that run.</summary>
    public bool IsStopped => json.Number("spec", "parallelism") == 0;

    public DateTimeOffset? Created => json.Created();

    public DateTimeOffset? Completed => json.Time("status", "completionTime");

    public string FailureReason => Condition.Find(Conditions, "Failed")?.Text("reason") ?? "";

    public string FailureMessage => Condition.Find(Conditions, "Failed")?.Text("message") ?? "";

    JsonNode? Conditions => json.At("status", "conditions");
}
