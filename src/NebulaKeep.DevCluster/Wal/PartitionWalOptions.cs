namespace NebulaKeep.DevCluster.Wal;

/// <summary>Settings of a log; names of the flags as upstream's.</summary>
public sealed record PartitionWalOptions
{
    /// <summary>Size in bytes that a file does not grow beyond (<c>wal_file_size</c>). Default 16 MiB.</summary>
    public long FileSize { get; init; } = 16 << 20;

    /// <summary>Whether every append waits for the disk (<c>wal_sync</c>). Default false: appends survive the process, not a power cut.</summary>
    public bool Sync { get; init; }
}
