using NebulaKeep.Core;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Meta.Records;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>ADD HOSTS, DROP HOSTS, zones and SHOW HOSTS (spec/meta-thrift.md §7.11, §7.12).</summary>
sealed class HostHandler(MetaContext context)
{
    public static string ZoneOf(HostAddress host) => $"default_zone_{host.Host}_{host.Port}";

    public async Task<ExecResp> AddAsync(AddHostsReq request, CancellationToken cancellationToken)
    {
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        var hosts = Distinct(request.Hosts);
        if (hosts.Any(context.Hosts.IsMachine)) throw new MetaErrorException(ErrorCode.E_EXISTED);
        if (hosts.Any(h => context.Hosts.Find(h) is { } known && known.Role != HostRole.STORAGE && context.Hosts.IsAlive(known)))
            throw new MetaErrorException(ErrorCode.E_HOST_CAN_NOT_BE_ADDED);
        var batch = new MetaBatch();
        foreach (var host in hosts) batch.Put(MetaKeys.Machine(host), []).Put(MetaKeys.Zone(ZoneOf(host)), MetaValues.Zone([host]));
        ChangeZones(batch, zones => [.. zones, .. hosts.Select(ZoneOf)]);
        await context.Group.CommitAsync(context.Touch(batch), cancellationToken);
        return new ExecResp();
    }

    public async Task<ExecResp> DropAsync(DropHostsReq request, CancellationToken cancellationToken)
    {
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        var hosts = Distinct(request.Hosts);
        if (!hosts.All(context.Hosts.IsMachine)) throw new MetaErrorException(ErrorCode.E_NO_HOSTS);
        var used = context.Spaces.HostSpaces(_ => true);
        if (hosts.Any(used.ContainsKey)) throw new MetaErrorException(ErrorCode.E_CONFLICT);
        var batch = new MetaBatch();
        foreach (var host in hosts) batch.Remove(MetaKeys.Machine(host)).Remove(MetaKeys.Host(host));
        foreach (var (zone, members) in context.Hosts.Zones())
        {
            var left = members.Except(hosts).ToList();
            if (left.Count == 0) batch.Remove(MetaKeys.Zone(zone));
            else batch.Put(MetaKeys.Zone(zone), MetaValues.Zone(left));
        }

        await context.Group.CommitAsync(context.Touch(batch), cancellationToken);
        return new ExecResp();
    }

    public async Task<ExecResp> AddIntoZoneAsync(AddHostsIntoZoneReq request, CancellationToken cancellationToken)
    {
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        var hosts = Distinct(request.Hosts);
        var zone = context.Hosts.Zones().GetValueOrDefault(request.ZoneName);
        if (request.IsNew != zone is null) throw new MetaErrorException(request.IsNew ? ErrorCode.E_EXISTED : ErrorCode.E_ZONE_NOT_FOUND);
        if (hosts.Any(context.Hosts.IsMachine)) throw new MetaErrorException(ErrorCode.E_EXISTED);
        var batch = new MetaBatch().Put(MetaKeys.Zone(request.ZoneName), MetaValues.Zone([.. zone ?? [], .. hosts]));
        foreach (var host in hosts) batch.Put(MetaKeys.Machine(host), []);
        if (request.IsNew) ChangeZones(batch, zones => [.. zones, request.ZoneName]);
        await context.Group.CommitAsync(context.Touch(batch), cancellationToken);
        return new ExecResp();
    }

    public ListZonesResp ListZones() => new()
    {
        Zones = [.. context.Hosts.Zones().Select(z => new Zone { ZoneName = z.Key, Nodes = z.Value.ToWire() })],
    };

    public GetZoneResp GetZone(GetZoneReq request) =>
        context.Hosts.Zones().TryGetValue(request.ZoneName, out var hosts)
            ? new GetZoneResp { Hosts = hosts.ToWire() }
            : throw new MetaErrorException(ErrorCode.E_ZONE_NOT_FOUND);

    public async Task<ListHostsResp> ListAsync(ListHostsReq request, CancellationToken cancellationToken)
    {
        using var global = await context.GlobalLock.ReadAsync(cancellationToken);
        return new ListHostsResp
        {
            Hosts = request.Type switch
            {
                ListHostType.META => [.. context.Group.Members.Select(MetaItem)],
                ListHostType.ALLOC => WithParts(StorageItems()),
                ListHostType.STORAGE => StorageItems(),
                ListHostType.GRAPH => ItemsOf(HostRole.GRAPH),
                ListHostType.AGENT => ItemsOf(HostRole.AGENT),
                _ => ItemsOf(HostRole.STORAGE_LISTENER),
            },
        };
    }

    // Registered machines that never reported are listed as offline; unregistered ones are not listed at all.
    List<HostItem> StorageItems() => [.. context.Hosts.Machines().Select(machine => context.Hosts.Find(machine) is { } known
        ? Item(known)
        : new HostItem { HostAddr = machine.ToWire(), Status = HostStatus.OFFLINE, Role = HostRole.STORAGE })];

    List<HostItem> ItemsOf(HostRole role) => [.. context.Hosts.All().Where(h => h.Role == role).Select(Item)];

    HostItem Item(KnownHost host) => new()
    {
        HostAddr = host.Address.ToWire(),
        Status = context.Hosts.IsAlive(host) ? HostStatus.ONLINE : HostStatus.OFFLINE,
        Role = host.Role,
        GitInfoSha = host.GitSha,
        Version = VersionOf(host.Address) ?? (host.Role == HostRole.AGENT ? null : ""),
    };

    HostItem MetaItem(HostAddress metad) => new()
    {
        HostAddr = metad.ToWire(),
        Status = context.Group.IsOnline(metad) ? HostStatus.ONLINE : HostStatus.OFFLINE,
        Role = HostRole.META,
        GitInfoSha = BuildInfo.GitSha,
        Version = BuildInfo.Version,
    };

    string? VersionOf(HostAddress host)
    {
        if (context.Store.Get(MetaKeys.Version(host)) is not { } value) return null;
        var reader = new BytesReader(value);
        reader.Int64();
        return reader.Rest();
    }

    List<HostItem> WithParts(List<HostItem> items)
    {
        var all = items.ToDictionary(i => i.HostAddr.ToAddress(), _ => new SortedDictionary<string, IReadOnlyList<int>>(StringComparer.Ordinal));
        var led = items.ToDictionary(i => i.HostAddr.ToAddress(), _ => new SortedDictionary<string, IReadOnlyList<int>>(StringComparer.Ordinal));
        foreach (var (id, space) in context.Spaces.All())
        {
            var parts = context.Spaces.Parts(id);
            foreach (var host in all.Keys.Where(h => parts.Values.Any(p => p.Contains(h))))
                all[host][space.SpaceName] = [.. parts.Where(p => p.Value.Contains(host)).Select(p => p.Key)];
            foreach (var group in context.Spaces.Leaders(id).GroupBy(l => l.Value.Leader))
                if (IsOnline(items, group.Key)) led[group.Key][space.SpaceName] = [.. group.Select(l => l.Key).Order()];
        }

        return [.. items.Select(i => i with { AllParts = all[i.HostAddr.ToAddress()], LeaderParts = led[i.HostAddr.ToAddress()] })];
    }

    static bool IsOnline(List<HostItem> items, HostAddress host) =>
        items.Any(i => i.HostAddr.ToAddress() == host && i.Status == HostStatus.ONLINE);

    void ChangeZones(MetaBatch batch, Func<IReadOnlyList<string>, IReadOnlyList<string>> change)
    {
        foreach (var (id, space) in context.Spaces.All())
            batch.Put(MetaKeys.OfSpace(MetaTables.Spaces, id), CompactStruct.Write(space with { ZoneNames = change(space.ZoneNames) }));
    }

    static List<HostAddress> Distinct(IReadOnlyList<HostAddr> hosts)
    {
        var distinct = hosts.Select(h => h.ToAddress()).Distinct().ToList();
        if (distinct.Count == 0 || distinct.Count != hosts.Count) throw new MetaErrorException(ErrorCode.E_INVALID_PARM);
        return distinct;
    }
}
