using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using NebulaKeep.Operator.Resources.Shared;

namespace NebulaKeep.Operator.Resources.Backups;

/// <summary>When to back up, what, and how long to keep it.</summary>
public sealed record NebulaCronBackupSpec
{
    /// <summary>Five cron fields or a descriptor such as @daily or @every 6h, after an optional CRON_TZ=Area/City.</summary>
    [RegularExpression(Patterns.Schedule)]
    public required string Schedule { get; init; }

    /// <summary>The time zone of the schedule, by its IANA name; by default UTC.</summary>
    [MinLength(1)]
    public string? TimeZone { get; init; }

    /// <summary>Make no new backups; those that run go on, and old ones are still deleted.</summary>
    [DefaultValue(false)]
    public bool? Pause { get; init; }

    /// <summary>What to do at a scheduled time while the last backup runs: Forbid waits for it, Allow starts another, Skip lets the time pass.</summary>
    [DefaultValue("Forbid")]
    [AllowedValues("Forbid", "Allow", "Skip")]
    public string? ConcurrencyPolicy { get; init; }

    /// <summary>A scheduled time that was missed by more seconds than this is let pass; by default the latest one is always made up for.</summary>
    [Range(1, int.MaxValue)]
    public long? StartingDeadlineSeconds { get; init; }

    /// <summary>How long backups are kept, as a Go duration such as 72h; by default for ever.</summary>
    [RegularExpression(Patterns.Duration)]
    public string? MaxReservedTime { get; init; }

    /// <summary>How many complete backups are kept; by default all.</summary>
    [Range(1, int.MaxValue)]
    public int? MaxReservedBackups { get; init; }

    /// <summary>What happens to the backups when this schedule is deleted.</summary>
    [DefaultValue("Retain")]
    [AllowedValues("Retain", "Delete")]
    public string? DeletionPolicy { get; init; }

    /// <summary>The spec of the NebulaBackups that are made.</summary>
    public required NebulaBackupSpec BackupTemplate { get; init; }
}
