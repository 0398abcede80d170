using NebulaKeep.Core;
using NebulaKeep.DevCluster.Configuration;
using NebulaKeep.DevCluster.Hosting;

namespace NebulaKeep.DevCluster.Meta;

/// <summary>How one metad runs. Defaults are NebulaGraph's (spec/cluster-layout.md §7).</summary>
public sealed record MetaOptions
{
    /// <summary>Where it listens; the port must be named, since the metads know each other by it.</summary>
    public required HostAddress Address { get; init; }

    /// <summary>The one directory for data, absolute.</summary>
    public required string DataPath { get; init; }

    /// <summary>All metads; the first leads. Empty: this one is alone.</summary>
    public IReadOnlyList<HostAddress> Peers { get; init; } = [];

    /// <summary>How often storaged and graphd report.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often agents report.</summary>
    public TimeSpan AgentHeartbeatInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A host that was silent for this many intervals is offline.</summary>
    public int ExpiredTimeFactor { get; init; } = 5;

    /// <summary>Versions that verifyClientVersion accepts, separated by colons.</summary>
    public string ClientWhiteList { get; init; } = BuildInfo.Version + ":3.0.0";

    /// <summary>Partitions of a space that names no number.</summary>
    public int DefaultPartitions { get; init; } = 10;

    /// <summary>Replicas of a space that names no number.</summary>
    public int DefaultReplicas { get; init; } = 1;

    /// <summary>Reads metad's flags; relative paths start from <paramref name="directory"/>.</summary>
    /// <exception cref="FlagsException">A value is not what its flag wants.</exception>
    public static MetaOptions FromFlags(DaemonFlags flags, string directory)
    {
        var paths = flags.Paths("data_path", "data/meta", directory);
        if (paths.Count != 1) throw new FlagsException("--data_path of metad must name exactly one directory");
        return new MetaOptions
        {
            Address = new HostAddress(flags.Text("local_ip", "127.0.0.1"), flags.Port("port", DaemonRole.Metad.DefaultPort())),
            DataPath = paths[0],
            Peers = flags.Addresses("meta_server_addrs"),
            HeartbeatInterval = flags.Seconds("heartbeat_interval_secs", 10),
            AgentHeartbeatInterval = flags.Seconds("agent_heartbeat_interval_secs", 60),
            ExpiredTimeFactor = (int)Math.Min(flags.Number("expired_time_factor", 5, atLeast: 1), 1000),
            ClientWhiteList = flags.Text("client_white_list", BuildInfo.Version + ":3.0.0"),
            DefaultPartitions = (int)Math.Min(flags.Number("default_parts_num", 10, atLeast: 1), 10_000),
            DefaultReplicas = (int)Math.Min(flags.Number("default_replica_factor", 1, atLeast: 1), 100),
        };
    }
}
