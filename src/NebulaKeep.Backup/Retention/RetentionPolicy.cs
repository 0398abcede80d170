namespace NebulaKeep.Backup.Retention;

/// <summary>
/// Which backups of a cluster to keep. A backup is kept if any of the rules keeps it. Counts are of hours, days … in which
/// there are backups: of each, the newest is kept. Null: the rule is not used.
/// </summary>
public sealed record RetentionPolicy
{
    /// <summary>The newest so many.</summary>
    public int? Last { get; init; }

    /// <summary>The newest of each of the last so many hours.</summary>
    public int? Hourly { get; init; }

    /// <summary>The newest of each of the last so many days.</summary>
    public int? Daily { get; init; }

    /// <summary>The newest of each of the last so many weeks, which begin on Mondays.</summary>
    public int? Weekly { get; init; }

    /// <summary>The newest of each of the last so many months.</summary>
    public int? Monthly { get; init; }

    /// <summary>The newest of each of the last so many years.</summary>
    public int? Yearly { get; init; }

    /// <summary>All that are at most so much older than the newest: a cluster that makes no more backups loses none.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>True where no rule is used.</summary>
    public bool IsEmpty => this == new RetentionPolicy();
}
