using NebulaKeep.Core;
using NebulaKeep.DevCluster.Configuration;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.RocksDb;

namespace NebulaKeep.DevCluster.Storage;

/// <summary>How one storaged runs. Defaults are NebulaGraph's (spec/cluster-layout.md §7).</summary>
public sealed record StorageOptions
{
    /// <summary>What metad knows it by: data port; the admin port is one less, the raft port one more. Port 0 asks the system for free ones.</summary>
    public required HostAddress Address { get; init; }

    /// <summary>The directories for data, absolute.</summary>
    public required IReadOnlyList<string> DataPaths { get; init; }

    /// <summary>The metads.</summary>
    public required IReadOnlyList<HostAddress> Metads { get; init; }

    /// <summary>Where logs lie instead of the data paths (<c>wal_path</c>); null: beside the data.</summary>
    public string? WalPath { get; init; }

    /// <summary>File of the cluster's id, absolute; null: <c>cluster.id</c> in the working directory.</summary>
    public string? ClusterIdPath { get; init; }

    /// <summary>How often metad hears of this server.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a leader adds an empty entry to its log; idle partitions keep writing, as those of real servers do.</summary>
    public TimeSpan RaftHeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often old log files are looked for (<c>clean_wal_interval_secs</c>).</summary>
    public TimeSpan CleanWalInterval { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>How long closed log files stay (<c>wal_ttl</c>).</summary>
    public TimeSpan WalTtl { get; init; } = TimeSpan.FromSeconds(14400);

    /// <summary>Sizes of log files.</summary>
    public PartitionWalOptions Wal { get; init; } = new();

    /// <summary>Compression and sizes of the engines.</summary>
    public RocksOptions Engine { get; init; } = new();

    /// <summary>Whether directories of spaces that metad does not know are deleted (<c>auto_remove_invalid_space</c>).</summary>
    public bool RemoveUnknownSpaces { get; init; } = true;

    /// <summary>Reads storaged's flags; relative paths start from <paramref name="directory"/>.</summary>
    /// <exception cref="FlagsException">A value is not what its flag wants.</exception>
    public static StorageOptions FromFlags(DaemonFlags flags, string directory) => new()
    {
        Address = new HostAddress(flags.Text("local_ip", "127.0.0.1"), flags.Port("port", DaemonRole.Storaged.DefaultPort())),
        DataPaths = flags.Paths("data_path", "data/storage", directory),
        Metads = flags.Addresses("meta_server_addrs"),
        WalPath = flags.Text("wal_path", "") is { Length: > 0 } path ? Path.GetFullPath(path, directory) : null,
        ClusterIdPath = Path.GetFullPath(flags.Text("cluster_id_path", "cluster.id"), directory),
        HeartbeatInterval = Interval(flags, "heartbeat_interval_secs", 10),
        RaftHeartbeatInterval = Interval(flags, "raft_heartbeat_interval_secs", 30),
        CleanWalInterval = Interval(flags, "clean_wal_interval_secs", 600),
        WalTtl = flags.Seconds("wal_ttl", 14400),
        Wal = new PartitionWalOptions { FileSize = flags.Number("wal_file_size", 16 << 20, atLeast: 1024), Sync = flags.Switch("wal_sync", false) },
        Engine = new RocksOptions { Compression = CompressionOf(flags.Text("rocksdb_compression", "lz4")) },
        RemoveUnknownSpaces = flags.Switch("auto_remove_invalid_space", true),
    };

    static TimeSpan Interval(DaemonFlags flags, string name, int fallback) =>
        TimeSpan.FromSeconds(Math.Min(flags.Number(name, fallback, atLeast: 1), 1_000_000));

    static RocksCompression CompressionOf(string name) => name.ToLowerInvariant() switch
    {
        "lz4" => RocksCompression.Lz4,
        "snappy" => RocksCompression.Snappy,
        "no" => RocksCompression.None,
        _ => throw new FlagsException($"--rocksdb_compression={name}: lz4, snappy or no is expected"),
    };
}
