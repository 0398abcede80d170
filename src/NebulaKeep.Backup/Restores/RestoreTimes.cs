namespace NebulaKeep.Backup.Restores;

/// <summary>Every time limit and pause of a restore. The defaults are for real clusters.</summary>
public sealed record RestoreTimes
{
    /// <summary>How long a daemon may take to stop (until its process is gone) or to start.</summary>
    public TimeSpan Daemon { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a started metad may take until it answers: it needs a raft leader.</summary>
    public TimeSpan MetadReady { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long restored partitions may take until each has a leader.</summary>
    public TimeSpan Leaders { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Pause between two looks.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long rolling back may take in all.</summary>
    public TimeSpan RollBack { get; init; } = TimeSpan.FromMinutes(30);
}
