using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>Spaces and their partitions (spec/meta-thrift.md §7.10, spec/graph-service.md §8 for what waits for a backup).</summary>
sealed class SpaceHandler(MetaContext context)
{
    const int MaxPartitions = 10_000;
    static readonly string[] TablesBySpace =
    [
        MetaTables.Spaces, MetaTables.Parts, MetaTables.Tags, MetaTables.Edges, MetaTables.Indexes, MetaTables.IndexStatus, MetaTables.Roles,
        MetaTables.Stats, MetaTables.LocalIds, MetaTables.LeaderTerms, MetaTables.Jobs,
    ];

    /// <summary>Does not wait for a running backup (observed with NebulaGraph 3.8.0).</summary>
    public async Task<ExecResp> CreateAsync(CreateSpaceReq request, CancellationToken cancellationToken)
    {
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        var name = request.Properties.SpaceName;
        if (context.Spaces.Find(name) is { } existing)
            return new ExecResp { Code = request.IfNotExists ? ErrorCode.SUCCEEDED : ErrorCode.E_EXISTED, Id = new ID { SpaceId = existing } };
        var space = Complete(request.Properties);
        var hosts = context.Hosts.ActiveStorage();
        if (hosts.Count == 0) throw new MetaErrorException(ErrorCode.E_NO_HOSTS);
        if (space.ReplicaFactor > hosts.Count) throw new MetaErrorException(ErrorCode.E_ZONE_NOT_ENOUGH);
        var batch = new MetaBatch();
        var id = context.Ids.Next(batch);
        batch.Put(MetaKeys.OfSpace(MetaTables.Spaces, id), CompactStruct.Write(space)).Put(MetaKeys.SpaceName(name), MetaValues.Int32(id));
        foreach (var (part, peers) in PartPlacement.Place(hosts, Held(), space.PartitionNum, space.ReplicaFactor))
            batch.Put(MetaKeys.Part(id, part), MetaValues.Peers(peers));
        await context.Group.CommitAsync(context.Touch(batch), cancellationToken);
        return new ExecResp { Id = new ID { SpaceId = id } };
    }

    /// <summary>Waits for a running backup.</summary>
    public async Task<ExecResp> DropAsync(DropSpaceReq request, CancellationToken cancellationToken)
    {
        using var snapshot = await context.SnapshotLock.ReadAsync(cancellationToken);
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        if (context.Spaces.Find(request.SpaceName) is not { } id)
            return new ExecResp { Code = request.IfExists ? ErrorCode.SUCCEEDED : ErrorCode.E_SPACE_NOT_FOUND };
        var batch = new MetaBatch().Remove(MetaKeys.SpaceName(request.SpaceName));
        foreach (var table in TablesBySpace) batch.RemoveAll(context.Store.Scan(MetaKeys.OfSpace(table, id)));
        foreach (var kind in new[] { NameKind.Tag, NameKind.Edge, NameKind.Index }) batch.RemoveAll(context.Store.Scan(MetaKeys.NamesOf(kind, id)));
        batch.RemoveAll(context.Store.Scan(MetaTables.DiskParts).Where(row => MetaKeys.SpaceOf(MetaTables.DiskParts, row.Key) == id));
        await context.Group.CommitAsync(context.Touch(batch), cancellationToken);
        return new ExecResp();
    }

    public GetSpaceResp Get(GetSpaceReq request)
    {
        var id = context.Spaces.Id(request.SpaceName);
        return new GetSpaceResp { Item = new SpaceItem { SpaceId = id, Properties = context.Spaces.Desc(id) } };
    }

    public ListSpacesResp List() => new()
    {
        Spaces = [.. context.Spaces.All().Select(s => new IdName { Id = new ID { SpaceId = s.Key }, Name = s.Value.SpaceName })],
    };

    public GetPartsAllocResp PartsAlloc(GetPartsAllocReq request) => new()
    {
        Parts = context.Spaces.Parts(request.SpaceId).ToDictionary(p => p.Key, p => p.Value.ToWire()),
        Terms = context.Spaces.Leaders(request.SpaceId).ToDictionary(l => l.Key, l => l.Value.Term),
    };

    public ListPartsResp ListParts(ListPartsReq request)
    {
        context.Spaces.Desc(request.SpaceId);
        var parts = context.Spaces.Parts(request.SpaceId);
        if (request.PartIds.FirstOrDefault(p => !parts.ContainsKey(p)) is not 0) throw new MetaErrorException(ErrorCode.E_PART_NOT_FOUND);
        var leaders = context.Spaces.Leaders(request.SpaceId);
        var active = context.Hosts.ActiveStorage().ToHashSet();
        var wanted = parts.Where(p => request.PartIds.Count == 0 || request.PartIds.Contains(p.Key));
        return new ListPartsResp { Parts = [.. wanted.Select(p => Item(p.Key, p.Value, leaders, active))] };
    }

    static PartItem Item(
        int part, IReadOnlyList<HostAddress> peers, Dictionary<int, (HostAddress Leader, long Term)> leaders, HashSet<HostAddress> active) => new()
    {
        PartId = part,
        Leader = leaders.TryGetValue(part, out var known) && active.Contains(known.Leader) ? known.Leader.ToWire() : null,
        Peers = peers.ToWire(),
        Losts = peers.Where(p => !active.Contains(p)).ToWire(),
    };

    SpaceDesc Complete(SpaceDesc asked)
    {
        var partitions = asked.PartitionNum == 0 ? context.Options.DefaultPartitions : asked.PartitionNum;
        var replicas = asked.ReplicaFactor == 0 ? context.Options.DefaultReplicas : asked.ReplicaFactor;
        if (partitions is < 1 or > MaxPartitions) throw new MetaErrorException(ErrorCode.E_INVALID_PARTITION_NUM);
        if (replicas < 1) throw new MetaErrorException(ErrorCode.E_INVALID_REPLICA_FACTOR);
        return asked with
        {
            PartitionNum = partitions,
            ReplicaFactor = replicas,
            CharsetName = asked.CharsetName.Length == 0 ? "utf8" : asked.CharsetName,
            CollateName = asked.CollateName.Length == 0 ? "utf8_bin" : asked.CollateName,
            VidType = asked.VidType with { TypeLength = asked.VidType.TypeLength ?? 8 },
            ZoneNames = [.. context.Hosts.Zones().Keys],
        };
    }

    Dictionary<HostAddress, int> Held() =>
        context.Spaces.All().Keys.SelectMany(id => context.Spaces.Parts(id).Values).SelectMany(peers => peers)
            .GroupBy(host => host).ToDictionary(g => g.Key, g => g.Count());
}
