using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Records;

/// <summary>Reads spaces and their partitions out of the store.</summary>
sealed class SpaceRecords(MetaStore store)
{
    /// <summary>All spaces by id.</summary>
    public SortedDictionary<int, SpaceDesc> All()
    {
        var spaces = new SortedDictionary<int, SpaceDesc>();
        foreach (var row in store.Scan(MetaTables.Spaces))
            spaces[MetaKeys.After(MetaTables.Spaces, row.Key).Int32()] = CompactStruct.Read<SpaceDesc>(row.Value);
        return spaces;
    }

    public int? Find(string name) => store.Get(MetaKeys.SpaceName(name)) is { } value ? MetaValues.Int32(value) : null;

    /// <exception cref="MetaErrorException">E_SPACE_NOT_FOUND.</exception>
    public int Id(string name) => Find(name) ?? throw new MetaErrorException(ErrorCode.E_SPACE_NOT_FOUND);

    /// <exception cref="MetaErrorException">E_SPACE_NOT_FOUND.</exception>
    public SpaceDesc Desc(int space) =>
        store.Get(MetaKeys.OfSpace(MetaTables.Spaces, space)) is { } value
            ? CompactStruct.Read<SpaceDesc>(value)
            : throw new MetaErrorException(ErrorCode.E_SPACE_NOT_FOUND);

    /// <summary>The peers of each partition of a space.</summary>
    public SortedDictionary<int, IReadOnlyList<HostAddress>> Parts(int space)
    {
        var parts = new SortedDictionary<int, IReadOnlyList<HostAddress>>();
        foreach (var row in store.Scan(MetaKeys.OfSpace(MetaTables.Parts, space)))
        {
            var key = MetaKeys.After(MetaTables.Parts, row.Key);
            key.Int32();
            parts[key.Int32()] = MetaValues.Peers(row.Value);
        }

        return parts;
    }

    /// <summary>What heartbeats said about who leads each partition.</summary>
    public Dictionary<int, (HostAddress Leader, long Term)> Leaders(int space)
    {
        var leaders = new Dictionary<int, (HostAddress, long)>();
        foreach (var row in store.Scan(MetaKeys.OfSpace(MetaTables.LeaderTerms, space)))
        {
            var key = MetaKeys.After(MetaTables.LeaderTerms, row.Key);
            key.Int32();
            leaders[key.Int32()] = MetaValues.LeaderTerm(row.Value);
        }

        return leaders;
    }

    /// <summary>Each storaged with the ids of the spaces that it holds replicas of, in order of address.</summary>
    public SortedDictionary<HostAddress, SortedSet<int>> HostSpaces(Func<int, bool> includes)
    {
        var hosts = new SortedDictionary<HostAddress, SortedSet<int>>();
        foreach (var row in store.Scan(MetaTables.Parts))
        {
            var space = MetaKeys.SpaceOf(MetaTables.Parts, row.Key);
            if (!includes(space)) continue;
            foreach (var host in MetaValues.Peers(row.Value))
            {
                if (!hosts.TryGetValue(host, out var spaces)) hosts[host] = spaces = [];
                spaces.Add(space);
            }
        }

        return hosts;
    }
}
