using NebulaKeep.Core;
using NebulaKeep.DevCluster.Configuration;
using NebulaKeep.DevCluster.Hosting;

namespace NebulaKeep.DevCluster.Graph;

/// <summary>How one graphd runs. Defaults are NebulaGraph's.</summary>
public sealed record GraphOptions
{
    /// <summary>Where it listens; port 0 asks the system for a free one.</summary>
    public required HostAddress Address { get; init; }

    /// <summary>The metads.</summary>
    public required IReadOnlyList<HostAddress> Metads { get; init; }

    /// <summary>How often it reports to metad.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Versions that verifyClientVersion accepts, separated by colons.</summary>
    public string ClientWhiteList { get; init; } = BuildInfo.Version + ":3.0.0";

    /// <summary>Reads graphd's flags.</summary>
    /// <exception cref="FlagsException">A value is not what its flag wants.</exception>
    public static GraphOptions FromFlags(DaemonFlags flags)
    {
        var metads = flags.Addresses("meta_server_addrs");
        if (metads.Count == 0) throw new FlagsException("--meta_server_addrs is missing: graphd must know its metads");
        return new GraphOptions
        {
            Address = new HostAddress(flags.Text("local_ip", "127.0.0.1"), flags.Port("port", DaemonRole.Graphd.DefaultPort())),
            Metads = metads,
            HeartbeatInterval = flags.Seconds("heartbeat_interval_secs", 10),
            ClientWhiteList = flags.Text("client_white_list", BuildInfo.Version + ":3.0.0"),
        };
    }
}
