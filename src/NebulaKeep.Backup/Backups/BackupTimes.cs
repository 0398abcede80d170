using NebulaKeep.Backup.Leases;

namespace NebulaKeep.Backup.Backups;

/// <summary>Every time limit and pause of a backup. The defaults are for real clusters.</summary>
public sealed record BackupTimes
{
    /// <summary>
    /// How long a host without an agent is waited for: agents register with a heartbeat, one a minute, and after a rolling update or the
    /// restart of a metad the last of them may be that far behind.
    /// </summary>
    public TimeSpan AgentsRegister { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>Pause between two looks at it.</summary>
    public TimeSpan AgentsPoll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long createBackup may take before its answer counts as lost; metad itself has no limit (observed).</summary>
    public TimeSpan CreateBackup { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Least time between two backups: metad gives two within a second the same name (observed).</summary>
    public TimeSpan BetweenBackups { get; init; } = TimeSpan.FromMilliseconds(1100);

    /// <summary>How long opening writes again is tried before hosts are reported as possibly blocked.</summary>
    public TimeSpan OpenWrites { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Writes are opened a second time after this, since a hung storaged can carry out an old request to block (observed).</summary>
    public TimeSpan OpenWritesAgain { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause between tries of a clean-up step.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long dropping the checkpoint is tried: metad may be restarting.</summary>
    public TimeSpan DropCheckpoint { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long removing the partial directory may take.</summary>
    public TimeSpan RemovePartial { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Greatest difference between this machine's clock and an agent's.</summary>
    public TimeSpan ClockDifference { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The lease on the cluster.</summary>
    public LeaseTimes Lease { get; init; } = LeaseTimes.Default;
}
