using NebulaKeep.DevCluster.Meta.Records;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>listCluster: hosts, their services and their agents (spec/meta-thrift.md §7.1).</summary>
sealed class ClusterHandler(MetaContext context)
{
    public async Task<ListClusterInfoResp> ListAsync(CancellationToken cancellationToken)
    {
        using var global = await context.GlobalLock.ReadAsync(cancellationToken);
        var hosts = new Dictionary<string, List<ServiceInfo>>(StringComparer.Ordinal);
        foreach (var host in context.Hosts.Alive()) Add(hosts, host);
        foreach (var metad in context.Group.Members) On(hosts, metad.Host).Add(new ServiceInfo { Addr = metad.ToWire(), Role = HostRole.META });
        if (hosts.Values.Any(services => services.All(s => s.Role != HostRole.AGENT)))
            throw new MetaErrorException(ErrorCode.E_LIST_CLUSTER_NO_AGENT_FAILURE);
        return new ListClusterInfoResp { HostServices = hosts.ToDictionary(h => h.Key, h => (IReadOnlyList<ServiceInfo>)h.Value, StringComparer.Ordinal) };
    }

    void Add(Dictionary<string, List<ServiceInfo>> hosts, KnownHost host)
    {
        var services = On(hosts, host.Address.Host);
        if (host.Role == HostRole.AGENT && services.Any(s => s.Role == HostRole.AGENT)) return;
        services.Add(new ServiceInfo { Dir = DirOf(host), Addr = host.Address.ToWire(), Role = host.Role });
    }

    DirInfo DirOf(KnownHost host)
    {
        if (host.Role is not (HostRole.GRAPH or HostRole.STORAGE)) return DirInfo.Empty;
        return context.Hosts.Dir(host.Address) ?? throw new MetaErrorException(ErrorCode.E_KEY_NOT_FOUND);
    }

    static List<ServiceInfo> On(Dictionary<string, List<ServiceInfo>> hosts, string host)
    {
        if (!hosts.TryGetValue(host, out var services)) hosts[host] = services = [];
        return services;
    }
}
