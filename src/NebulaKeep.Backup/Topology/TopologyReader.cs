using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.Backup.Topology;

/// <summary>Reads a cluster's topology from metad.</summary>
public static class TopologyReader
{
    /// <summary>Asks the leader for all services and every metad for its directories (spec/meta-thrift.md §7.1, §7.2).</summary>
    public static async Task<ClusterTopology> ReadAsync(IMetaClient meta, CancellationToken cancellationToken)
    {
        var cluster = await meta.ListClusterAsync(cancellationToken);
        var services = cluster.Values.SelectMany(s => s).ToList();
        var directories = new Dictionary<HostAddress, DirInfo>();
        foreach (var metad in services.Where(s => s.Role == HostRole.META).Select(s => Address(s.Addr)).Distinct())
            directories[metad] = await meta.GetMetaDirInfoAsync(metad, cancellationToken);
        return Build(services, directories);
    }

    /// <summary>The pure part: services and metads' directories in, topology out.</summary>
    /// <exception cref="NebulaKeepException">A daemon reports directories that cannot be used, or a host has no agent.</exception>
    public static ClusterTopology Build(IReadOnlyCollection<ServiceInfo> services, IReadOnlyDictionary<HostAddress, DirInfo> metadDirectories)
    {
        var topology = new ClusterTopology
        {
            Metads = Daemons(services, HostRole.META, DaemonRole.Meta, metadDirectories),
            Storageds = Daemons(services, HostRole.STORAGE, DaemonRole.Storage, metadDirectories),
            Graphds = Daemons(services, HostRole.GRAPH, DaemonRole.Graph, metadDirectories),
            Agents = Agents(services),
        };
        foreach (var daemon in topology.StopOrder) topology.AgentOf(daemon);
        return topology;
    }

    static Dictionary<string, HostAddress> Agents(IEnumerable<ServiceInfo> services)
    {
        var agents = new Dictionary<string, HostAddress>(StringComparer.Ordinal);
        foreach (var agent in services.Where(s => s.Role == HostRole.AGENT).Select(s => Address(s.Addr)))
            if (!agents.TryAdd(agent.Host, agent) && agents[agent.Host] != agent)
                throw new NebulaKeepException($"Host {agent.Host} has two agents, {agents[agent.Host]} and {agent}: stop one.");
        return agents;
    }

    static IReadOnlyList<Daemon> Daemons(IEnumerable<ServiceInfo> services, HostRole wanted, DaemonRole role, IReadOnlyDictionary<HostAddress, DirInfo> metadDirectories) =>
        [.. services.Where(s => s.Role == wanted).Select(s => Make(s, role, metadDirectories)).DistinctBy(d => d.Address).OrderBy(d => d.Address)];

    static Daemon Make(ServiceInfo service, DaemonRole role, IReadOnlyDictionary<HostAddress, DirInfo> metadDirectories)
    {
        var address = Address(service.Addr);
        var directories = role == DaemonRole.Meta ? metadDirectories[address] : service.Dir;
        var daemon = new Daemon(role, address, Clean(directories.Root), role == DaemonRole.Graph ? [] : [.. directories.Data.Select(Clean)]);
        if (!ManifestRules.IsAbsolutePath(daemon.Root) || !daemon.DataPaths.All(ManifestRules.IsAbsolutePath))
            throw new NebulaKeepException($"{daemon} reports directories that are not absolute (root '{daemon.Root}', data {string.Join(", ", daemon.DataPaths)}): start it with absolute paths.");
        return daemon;
    }

    static string Clean(string path) => path.Length > 1 ? path.TrimEnd('/') : path;

    static HostAddress Address(HostAddr address) => address.ToAddress();
}
