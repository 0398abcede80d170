using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta.Records;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>
/// The changes that a restore into other storageds makes: <c>__parts__</c>, <c>__machines__</c>, <c>__zones__</c> and the zone names of
/// spaces; <c>__disk_parts__</c> keeps the old hosts (spec/meta-thrift.md §7.7, observed with NebulaGraph 3.8.0).
/// </summary>
static class HostReplacement
{
    /// <exception cref="MetaErrorException">
    /// E_RESTORE_FAILURE where a zone holds several hosts. The real metad aborts there; this one says so and lives.
    /// </exception>
    public static MetaBatch Changes(MetaStore store, SpaceRecords spaces, HostRecords hosts, IReadOnlyDictionary<HostAddress, HostAddress> pairs)
    {
        var batch = new MetaBatch();
        foreach (var row in store.Scan(MetaTables.Parts)) batch.Put(row.Key, MetaValues.Peers(MetaValues.Peers(row.Value).Select(h => Replaced(h, pairs))));
        ReplaceMachines(batch, hosts, pairs);
        var zones = ReplaceZones(batch, hosts, pairs);
        foreach (var (id, space) in spaces.All())
        {
            var names = space.ZoneNames.Select(z => zones.GetValueOrDefault(z, z)).ToList();
            batch.Put(MetaKeys.OfSpace(MetaTables.Spaces, id), CompactStruct.Write(space with { ZoneNames = names }));
        }

        return batch;
    }

    // All removals come first: with swapped hosts a new key equals another pair's old one.
    static void ReplaceMachines(MetaBatch batch, HostRecords hosts, IReadOnlyDictionary<HostAddress, HostAddress> pairs)
    {
        var moved = hosts.Machines().Where(pairs.ContainsKey).ToList();
        foreach (var machine in moved) batch.Remove(MetaKeys.Machine(machine));
        foreach (var machine in moved) batch.Put(MetaKeys.Machine(pairs[machine]), []);
    }

    static Dictionary<string, string> ReplaceZones(MetaBatch batch, HostRecords hosts, IReadOnlyDictionary<HostAddress, HostAddress> pairs)
    {
        var zones = hosts.Zones();
        if (zones.Values.Any(members => members.Count != 1)) throw new MetaErrorException(ErrorCode.E_RESTORE_FAILURE);
        var moved = zones.Where(z => pairs.ContainsKey(z.Value[0])).ToDictionary(z => z.Key, z => pairs[z.Value[0]], StringComparer.Ordinal);
        foreach (var zone in moved.Keys) batch.Remove(MetaKeys.Zone(zone));
        foreach (var host in moved.Values) batch.Put(MetaKeys.Zone(HostHandler.ZoneOf(host)), MetaValues.Zone([host]));
        return moved.ToDictionary(m => m.Key, m => HostHandler.ZoneOf(m.Value), StringComparer.Ordinal);
    }

    static HostAddress Replaced(HostAddress host, IReadOnlyDictionary<HostAddress, HostAddress> pairs) => pairs.GetValueOrDefault(host, host);
}
