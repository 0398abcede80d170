using System.Globalization;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Schedules;

/// <summary>The NebulaBackups that a schedule makes: pure functions of it and a scheduled time (spec/operator-backup.md §3.10).</summary>
static class ScheduledBackup
{
    const int LongestName = 253;

    /// <summary>SCHEDULE-YYYYMMDDtHHMMSS in UTC, as upstream names it: one name for one scheduled time, however often it is tried.</summary>
    public static string Name(string schedule, DateTimeOffset time)
    {
        var suffix = time.UtcDateTime.ToString("'-'yyyyMMdd't'HHmmss", CultureInfo.InvariantCulture);
        return schedule.Length + suffix.Length <= LongestName ? schedule + suffix : ObjectNames.Fit(schedule)[..40].TrimEnd('-', '.') + suffix;
    }

    public static JsonObject Make(JsonObject schedule, DateTimeOffset time, bool isOwned)
    {
        var backup = ObjectFields.New(CustomResources.Backup, schedule.Key() with { Name = Name(schedule.Key().Name, time) });
        var labels = schedule.At("metadata", "labels")?.DeepClone() as JsonObject ?? [];
        labels[Labels.Name] = Labels.Product;
        labels[Labels.ManagedBy] = Labels.Operator;
        labels[Labels.CronBackup] = ObjectNames.Fit(schedule.Key().Name);
        backup.Metadata()["labels"] = labels;
        if (Annotations.PassedOn(schedule) is { } annotations) backup.Metadata()["annotations"] = annotations;
        if (isOwned) backup.Metadata()["ownerReferences"] = new JsonArray(OwnerReferences.Controller(schedule));
        backup["spec"] = schedule.At("spec", "backupTemplate")?.DeepClone();
        return backup;
    }

    /// <summary>The patch that makes the schedule the backup's owner, or no longer; null where it is so. Upstream's operator owns them all, and deletes them with the schedule.</summary>
    public static JsonObject? PatchOwner(JsonObject backup, JsonObject schedule, bool isOwned)
    {
        if (OwnerReferences.Uids(backup).Contains(schedule.Uid(), StringComparer.Ordinal) == isOwned) return null;
        var owners = backup.Items("metadata", "ownerReferences").Where(owner => owner.Text("uid") != schedule.Uid()).Select(owner => owner.DeepClone()).ToList();
        if (isOwned) owners.Add(OwnerReferences.Controller(schedule));
        return new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = backup.ResourceVersion(), ["ownerReferences"] = new JsonArray([.. owners]) } };
    }
}
