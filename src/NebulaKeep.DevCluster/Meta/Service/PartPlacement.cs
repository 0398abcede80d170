using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>Decides where the partitions of a new space live.</summary>
static class PartPlacement
{
    /// <summary>
    /// Peers for partitions 1 to <paramref name="partitions"/>: every host gets equally many replicas and first places, give or take
    /// one, counting what it holds already.
    /// </summary>
    public static SortedDictionary<int, IReadOnlyList<HostAddress>> Place(
        IReadOnlyList<HostAddress> hosts, IReadOnlyDictionary<HostAddress, int> held, int partitions, int replicas)
    {
        var load = hosts.ToDictionary(h => h, h => held.GetValueOrDefault(h));
        var firsts = hosts.ToDictionary(h => h, _ => 0);
        var placed = new SortedDictionary<int, IReadOnlyList<HostAddress>>();
        for (var part = 1; part <= partitions; part++)
        {
            var peers = hosts.OrderBy(h => load[h]).ThenBy(h => h).Take(replicas).OrderBy(h => firsts[h]).ThenBy(h => h).ToList();
            foreach (var peer in peers) load[peer]++;
            firsts[peers[0]]++;
            placed[part] = peers;
        }

        return placed;
    }
}
