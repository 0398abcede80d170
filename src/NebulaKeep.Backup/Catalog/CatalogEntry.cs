using NebulaKeep.Backup.Manifests;

namespace NebulaKeep.Backup.Catalog;

/// <summary>What a directory in a store is.</summary>
public enum BackupState
{
    /// <summary>It has a manifest.</summary>
    Complete,

    /// <summary>Made by nebula-br: no manifest, but its .meta can be read.</summary>
    Foreign,

    /// <summary>A run writes or removes it now, or was killed while it did.</summary>
    Running,

    /// <summary>Neither manifest nor .meta: what an interrupted run left, which <c>cleanup</c> and <c>prune</c> remove.</summary>
    Partial,

    /// <summary>Its manifest or its .meta cannot be used.</summary>
    Damaged,

    /// <summary>A backup that was removed; later ones still use objects in its directory, and they go with the last of those.</summary>
    Remains,
}

/// <summary>One backup as a catalog shows it.</summary>
public sealed record CatalogEntry
{
    /// <summary>Its directory, which is its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required BackupState State { get; init; }

    /// <summary>When metad made it; null where unknown.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Names of its spaces, sorted.</summary>
    public IReadOnlyList<string> Spaces { get; init; } = [];

    /// <summary>False for an incremental.</summary>
    public bool IsFull { get; init; }

    /// <summary>How an incremental was made, <c>share</c> or <c>wal</c>; otherwise null.</summary>
    public string? Mode { get; init; }

    /// <summary>False where spaces were selected.</summary>
    public bool AllSpaces { get; init; }

    /// <summary>The base of an incremental; otherwise null.</summary>
    public string? Base { get; init; }

    /// <summary>Other backups whose directories hold bytes of this one, oldest first.</summary>
    public IReadOnlyList<string> Chain { get; init; } = [];

    /// <summary>Which cluster it is of; null without manifest.</summary>
    public ManifestCluster? Cluster { get; init; }

    /// <summary>Files and bytes; null without manifest.</summary>
    public ManifestTotals? Totals { get; init; }

    /// <summary>Bytes that lie in other backups' directories; null without manifest.</summary>
    public long? SharedBytes => Totals is { } totals ? totals.Bytes - totals.OwnBytes : null;

    /// <summary>How long the run took, in seconds; null without manifest.</summary>
    public double? Seconds { get; init; }

    /// <summary>For how many milliseconds writes were blocked: measured, or else an upper bound; null without manifest.</summary>
    public long? WritesBlockedMillis { get; init; }

    /// <summary>True where <c>pin</c> keeps it from being pruned.</summary>
    public bool Pinned { get; init; }

    /// <summary>Why it is no usable backup; otherwise null.</summary>
    public string? Problem { get; init; }
}
