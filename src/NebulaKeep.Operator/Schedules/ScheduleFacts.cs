using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Schedules;

/// <summary>All that a decision on a NebulaCronBackup is made of. Of the two lists the second holds every backup of the namespace.</summary>
sealed record ScheduleFacts(JsonObject Schedule, IReadOnlyList<JsonObject> Own, IReadOnlyList<JsonObject> All, DateTimeOffset Now);

/// <summary>The one next thing to do for a NebulaCronBackup.</summary>
abstract record ScheduleAction
{
    /// <summary>Nothing to do; look again after this time, or when something changes.</summary>
    public sealed record Idle(TimeSpan? Again = null) : ScheduleAction;

    /// <summary>A merge patch of its status, and what to tell users.</summary>
    public sealed record WriteStatus(JsonObject Patch, UserEvent? Event = null) : ScheduleAction;

    /// <summary>Make the backup of a scheduled time.</summary>
    public sealed record CreateBackup(JsonObject Backup) : ScheduleAction;

    /// <summary>A merge patch of one of its backups.</summary>
    public sealed record PatchBackup(NamespacedName Key, JsonObject Patch) : ScheduleAction;

    /// <summary>Delete these very backups, in this order.</summary>
    public sealed record DeleteBackups(IReadOnlyList<(NamespacedName Key, string Uid)> Backups) : ScheduleAction;
}
