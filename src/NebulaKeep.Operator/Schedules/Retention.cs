using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Schedules;

/// <summary>
/// Which backups of a schedule are no longer wanted. Never the newest complete one, never one that has not ended, and never one that
/// another backup builds on, directly or through others, whoever made that one.
/// </summary>
static class Retention
{
    /// <summary>Those to delete, so ordered that what builds on another goes before it.</summary>
    /// <param name="own">The schedule's backups.</param>
    /// <param name="all">All backups of the namespace; a user's may build on a schedule's.</param>
    /// <param name="longest">How long they are kept; null for ever.</param>
    /// <param name="most">How many complete ones are kept; null for all.</param>
    /// <param name="now">The present.</param>
    public static IReadOnlyList<JsonObject> ToDelete(IReadOnlyList<JsonObject> own, IReadOnlyList<JsonObject> all, TimeSpan? longest, int? most, DateTimeOffset now)
    {
        var complete = own.Where(backup => Phase(backup) == "Complete" && !backup.IsDeleting()).OrderByDescending(Created).ThenByDescending(Name, StringComparer.Ordinal).ToList();
        var unwanted = own
            .Where(backup => IsOver(backup) && !backup.IsDeleting() && backup != complete.FirstOrDefault())
            .Where(backup => (longest is { } age && now - Created(backup) > age) || (most is { } count && IsBeyond(backup, complete, count)))
            .ToHashSet();
        KeepBases(unwanted, own.Concat(all).DistinctBy(backup => backup.Key()).ToList());
        return [.. unwanted.OrderByDescending(Created).ThenByDescending(Name, StringComparer.Ordinal)];
    }

    /// <summary>When the next one grows too old; null when none will.</summary>
    public static DateTimeOffset? NextExpiry(IReadOnlyList<JsonObject> own, TimeSpan? longest, DateTimeOffset now)
    {
        if (longest is not { } age) return null;
        var later = own.Select(backup => Created(backup) + age).Where(time => time >= now).Order().ToList();
        return later.Count > 0 ? later[0] : null;
    }

    /// <summary>Nothing more happens to it by itself.</summary>
    public static bool IsOver(JsonObject backup) => Phase(backup) is "Complete" or "Failed" or "Invalid";

    static void KeepBases(HashSet<JsonObject> unwanted, IReadOnlyList<JsonObject> all)
    {
        var byName = all.Where(backup => BackupName(backup) is not null).ToLookup(backup => BackupName(backup)!, StringComparer.Ordinal);
        var needed = new Queue<JsonObject>(all.Where(backup => !unwanted.Contains(backup) && !backup.IsDeleting()));
        while (needed.TryDequeue(out var kept))
        {
            if (kept.Text("spec", "config", "baseBackupName") is not { } start) continue;
            foreach (var one in byName[start])
                if (unwanted.Remove(one)) needed.Enqueue(one);
        }
    }

    /// <summary>There are as many newer complete ones as are kept.</summary>
    static bool IsBeyond(JsonObject backup, List<JsonObject> complete, int most) =>
        complete.Count >= most && Created(backup) <= Created(complete[most - 1]) && backup != complete[most - 1] && !complete.Take(most).Contains(backup);

    static string? Phase(JsonObject backup) => backup.Text("status", "phase");

    static string? BackupName(JsonObject backup) => backup.Text("status", "backupName");

    static string Name(JsonObject backup) => backup.Key().Name;

    static DateTimeOffset Created(JsonObject backup) => backup.Created() ?? DateTimeOffset.MaxValue;
}
