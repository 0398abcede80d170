using System.Security.Cryptography;
using System.Text;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Topology;

/// <summary>
/// The daemons and agents of a cluster with their directories, as metad reports them. Taken once at the start of a run and
/// kept, since metad may not be there later. Lists are ordered by address.
/// </summary>
public sealed record ClusterTopology
{
    /// <summary>All metads; each has one data path.</summary>
    public required IReadOnlyList<Daemon> Metads { get; init; }

    /// <summary>All storageds with their data paths in the daemon's own order.</summary>
    public required IReadOnlyList<Daemon> Storageds { get; init; }

    /// <summary>All graphds; they have no data paths.</summary>
    public required IReadOnlyList<Daemon> Graphds { get; init; }

    /// <summary>The agent of each host; host texts are compared exactly, as metad does.</summary>
    public required IReadOnlyDictionary<string, HostAddress> Agents { get; init; }

    /// <summary>All agents, by address.</summary>
    public IEnumerable<HostAddress> AllAgents => Agents.Values.Order();

    /// <summary>All daemons in the order in which they must be stopped: nobody writes to what is already gone.</summary>
    public IEnumerable<Daemon> StopOrder => [.. Graphds, .. Storageds, .. Metads];

    /// <summary>
    /// Identifies the cluster in a store: 16 hexadecimal digits from its metads and storageds, because community servers tell
    /// no cluster id (spec/backup-flow.md §2.6).
    /// </summary>
    public string Key
    {
        get
        {
            var text = string.Join('\n', [.. Metads.Select(d => $"meta {d.Address}"), .. Storageds.Select(d => $"storage {d.Address}")]);
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
        }
    }

    /// <summary>The agent beside a daemon.</summary>
    /// <exception cref="NebulaKeepException">No agent is registered for the host.</exception>
    public HostAddress AgentOf(string host) =>
        Agents.TryGetValue(host, out var agent)
            ? agent
            : throw new NebulaKeepException($"No agent is registered for host {host}: start one there with --agent={host}:8888 --meta=<metad>; its host must be written exactly so.");

    /// <summary>The daemons beside an agent.</summary>
    public IEnumerable<Daemon> DaemonsOf(HostAddress agent) => StopOrder.Where(d => AgentOf(d) == agent);

    /// <summary>The agent beside a daemon.</summary>
    /// <exception cref="NebulaKeepException">No agent is registered for the host.</exception>
    public HostAddress AgentOf(Daemon daemon) => AgentOf(daemon.Address.Host);
}

/// <summary>What a daemon is.</summary>
public enum DaemonRole
{
    /// <summary>metad.</summary>
    Meta,

    /// <summary>storaged.</summary>
    Storage,

    /// <summary>graphd.</summary>
    Graph,
}

/// <summary>One daemon.</summary>
/// <param name="Role">Which.</param>
/// <param name="Address">Its service address.</param>
/// <param name="Root">Its working directory, absolute.</param>
/// <param name="DataPaths">Absolute data paths in the daemon's own order.</param>
public sealed record Daemon(DaemonRole Role, HostAddress Address, string Root, IReadOnlyList<string> DataPaths)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Role switch { DaemonRole.Meta => "metad", DaemonRole.Storage => "storaged", _ => "graphd" }} {Address}";
}
