using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta.Records;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>Heartbeats of storaged and graphd (spec/meta-thrift.md §7.8) and of agents (§7.9).</summary>
sealed class HeartbeatHandler(MetaContext context)
{
    public async Task<HBResp> HeartbeatAsync(HBReq request, CancellationToken cancellationToken)
    {
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        var host = request.Host.ToAddress();
        var clusterId = MetaValues.Int64(context.Store.Get(MetaKeys.Of(MetaTables.ClusterId)) ?? MetaValues.Int64(0));
        if (request.Role == HostRole.STORAGE) CheckStorage(request, host, clusterId);
        await context.Group.CommitAsync(RecordsOf(request, host), cancellationToken);
        return new HBResp
        {
            ClusterId = request.Role == HostRole.STORAGE ? clusterId : 0,
            LastUpdateTimeInMs = context.Store.Get(MetaKeys.Of(MetaTables.LastUpdateTime)) is { } time ? MetaValues.Int64(time) : 0,
            MetaVersion = MetaTables.CurrentMetaVersion,
        };
    }

    public async Task<AgentHBResp> AgentAsync(AgentHBReq request, CancellationToken cancellationToken)
    {
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        var agent = request.Host.ToAddress();
        await context.Group.CommitAsync(Seen(new MetaBatch(), agent, HostRole.AGENT, request.GitInfoSha), cancellationToken);
        return new AgentHBResp { ServiceList = ServicesBeside(agent) };
    }

    void CheckStorage(HBReq request, HostAddress host, long clusterId)
    {
        if (!context.Hosts.IsMachine(host)) throw new MetaErrorException(ErrorCode.E_MACHINE_NOT_FOUND);
        if (request.ClusterId != 0 && request.ClusterId != clusterId) throw new MetaErrorException(ErrorCode.E_WRONGCLUSTER);
    }

    List<ServiceInfo> ServicesBeside(HostAddress agent)
    {
        var services = new List<ServiceInfo>();
        foreach (var host in context.Hosts.Alive().Where(h => h.Address.Host == agent.Host && h.Role != HostRole.AGENT))
        {
            var dir = context.Hosts.Dir(host.Address) ?? throw new MetaErrorException(ErrorCode.E_AGENT_HB_FAILUE);
            services.Add(new ServiceInfo { Dir = dir, Addr = host.Address.ToWire(), Role = host.Role });
        }

        var metads = context.Group.Members.Where(m => m.Host == agent.Host);
        services.AddRange(metads.Select(m => new ServiceInfo { Addr = m.ToWire(), Role = HostRole.META }));
        return services;
    }

    MetaBatch RecordsOf(HBReq request, HostAddress host)
    {
        var batch = Seen(new MetaBatch(), host, request.Role, request.GitInfoSha);
        if (request.Dir is { } dir) batch.Put(MetaKeys.HostDirs(host), CompactStruct.Write(dir));
        if (request.Version is { } version) batch.Put(MetaKeys.Version(host), new BytesWriter().Int64(version.Length).Ascii(version).ToArray());
        foreach (var (space, leaders) in request.LeaderPartIds ?? Nothing<IReadOnlyList<LeaderInfo>>())
            foreach (var leader in leaders) Lead(batch, host, space, leader);
        foreach (var (space, paths) in request.DiskParts ?? Nothing<IReadOnlyDictionary<string, PartitionList>>()) PlaceParts(batch, host, space, paths);
        return batch;
    }

    // A host that lost a partition keeps saying so until its next report; the later term is the truth.
    void Lead(MetaBatch batch, HostAddress host, int space, LeaderInfo leader)
    {
        var key = MetaKeys.LeaderTerm(space, leader.PartId);
        if (context.Store.Get(key) is { } known && MetaValues.LeaderTerm(known).Term > leader.Term) return;
        batch.Put(key, MetaValues.LeaderTerm(host, leader.Term));
    }

    void PlaceParts(MetaBatch batch, HostAddress host, int space, IReadOnlyDictionary<string, PartitionList> paths)
    {
        batch.RemoveAll(context.Store.Scan(MetaKeys.DiskPartsOf(host, space)));
        foreach (var (path, parts) in paths) batch.Put(MetaKeys.DiskParts(host, space, path), CompactStruct.Write(parts));
    }

    MetaBatch Seen(MetaBatch batch, HostAddress host, HostRole role, string gitSha) =>
        batch.Put(MetaKeys.Host(host), MetaValues.Host(new HostRecord(context.NowMs, (int)role, gitSha)));

    static Dictionary<int, T> Nothing<T>() => [];
}
