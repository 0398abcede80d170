using NebulaKeep.Core;
using NebulaKeep.DevCluster.Hosting;

namespace NebulaKeep.DevCluster.Layout;

/// <summary>
/// A cluster of separate processes on this machine's loopback addresses: for each host a folder as NebulaGraph's packages lay it out, with
/// bin, etc, data, logs and pids (spec/cluster-layout.md §1.1).
/// </summary>
public sealed record ClusterPlan
{
    /// <summary>Folder that holds one folder a host; absolute.</summary>
    public required string Root { get; init; }

    /// <summary>Metads.</summary>
    public required IReadOnlyList<HostAddress> Metads { get; init; }

    /// <summary>Storageds.</summary>
    public required IReadOnlyList<HostAddress> Storageds { get; init; }

    /// <summary>Graphds.</summary>
    public IReadOnlyList<HostAddress> Graphds { get; init; } = [];

    /// <summary>Folder with server.crt, server.key and ca.crt; null: no TLS.</summary>
    public string? Certificates { get; init; }

    /// <summary>Data paths of each storaged.</summary>
    public int DataPaths { get; init; } = 2;

    /// <summary>Flags for all daemons, over those made here.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>All daemons, in the order in which they start.</summary>
    public IReadOnlyList<DaemonPlan> Daemons =>
    [
        .. Metads.Select(a => Plan(DaemonRole.Metad, a)), .. Storageds.Select(a => Plan(DaemonRole.Storaged, a)), .. Graphds.Select(a => Plan(DaemonRole.Graphd, a)),
    ];

    /// <summary>All host names: each has an agent.</summary>
    public IReadOnlyList<string> Hosts => [.. Daemons.Select(daemon => daemon.Address.Host).Distinct(StringComparer.Ordinal)];

    /// <summary>The folder of a host.</summary>
    public string RootOf(string host) => Path.Combine(Root, host);

    /// <summary>Makes all folders, flag files and links to the program. What is there already stays, flag files are written anew.</summary>
    /// <param name="program">Path of nebula-dev.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Write(string program)
    {
        foreach (var daemon in Daemons)
        {
            foreach (var folder in new[] { "bin", "etc", "logs", "pids" }) Directory.CreateDirectory(Path.Combine(daemon.Root, folder));
            File.WriteAllLines(daemon.FlagFile, FlagsOf(daemon).Select(flag => $"--{flag.Key}={flag.Value}"));
            if (!File.Exists(daemon.Program)) File.CreateSymbolicLink(daemon.Program, program);
        }
    }

    /// <summary>The flag file of a daemon, by name.</summary>
    public IReadOnlyDictionary<string, string> FlagsOf(DaemonPlan daemon)
    {
        var flags = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["daemonize"] = "true",
            ["pid_file"] = $"pids/{daemon.Role.ProgramName()}.pid",
            ["log_dir"] = "logs",
            ["meta_server_addrs"] = string.Join(',', Metads),
            ["local_ip"] = daemon.Address.Host,
            ["port"] = $"{daemon.Address.Port}",
            ["ws_ip"] = daemon.Address.Host,
            ["ws_http_port"] = $"{10_000 + daemon.Address.Port}",
            ["heartbeat_interval_secs"] = "1",
        };
        if (daemon.Role == DaemonRole.Metad) flags["data_path"] = "data/meta";
        if (daemon.Role == DaemonRole.Storaged) flags["data_path"] = string.Join(',', Enumerable.Range(0, DataPaths).Select(i => $"data/storage{i}"));
        foreach (var (name, value) in TlsFlags().Concat(Flags)) flags[name] = value;
        return flags;
    }

    DaemonPlan Plan(DaemonRole role, HostAddress address) => new(role, address, RootOf(address.Host));

    Dictionary<string, string> TlsFlags() => Certificates is null ? [] : new(StringComparer.Ordinal)
    {
        ["enable_ssl"] = "true",
        ["cert_path"] = Path.Combine(Certificates, "server.crt"),
        ["key_path"] = Path.Combine(Certificates, "server.key"),
        ["ca_path"] = Path.Combine(Certificates, "ca.crt"),
    };
}
