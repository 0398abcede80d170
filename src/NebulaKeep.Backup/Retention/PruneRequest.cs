using NebulaKeep.Backup.Leases;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Retention;

/// <summary>What to prune.</summary>
public sealed record PruneRequest
{
    /// <summary>What to keep.</summary>
    public required RetentionPolicy Policy { get; init; }

    /// <summary>Decides and explains, and removes nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>The newest complete backup of a cluster may go, too, where no rule keeps it.</summary>
    public bool Force { get; init; }

    /// <summary>What interrupted runs left is removed when nothing was written to it for so long. Default a day: until then a run can be resumed.</summary>
    public TimeSpan KeepPartial { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Where days, weeks, months and years begin.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Who prunes.</summary>
    public required LeaseHolder Self { get; init; }
}

/// <summary>What a prune decided and did.</summary>
public sealed record PruneResult
{
    /// <summary>A decision for each complete backup, and for each backup of nebula-br, which are all kept.</summary>
    public required IReadOnlyList<RetentionDecision> Decisions { get; init; }

    /// <summary>What was removed; empty in a dry run.</summary>
    public IReadOnlyList<BackupName> Removed { get; init; } = [];

    /// <summary>What removed backups and interrupted runs had left, and what was done about it; empty in a dry run.</summary>
    public IReadOnlyList<BackupName> Swept { get; init; } = [];

    /// <summary>Objects deleted, besides manifests and .meta files.</summary>
    public long Objects { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Objects of removed backups that others still use.</summary>
    public long Kept { get; init; }

    /// <summary>Sentences about what was left alone, and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
