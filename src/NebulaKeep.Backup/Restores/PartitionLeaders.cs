using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.Backup.Restores;

/// <summary>Which partitions are led, as metad's list of hosts tells (<see cref="ListHostType.ALLOC"/>).</summary>
public static class PartitionLeaders
{
    /// <summary>For each space that lacks leaders, how many it has; empty where none does.</summary>
    /// <param name="spaces">Names and numbers of partitions.</param>
    /// <param name="hosts">What metad answered.</param>
    public static string Missing(IReadOnlyDictionary<string, int> spaces, IReadOnlyList<HostItem> hosts)
    {
        var led = hosts.SelectMany(h => h.LeaderParts).GroupBy(p => p.Key, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.SelectMany(p => p.Value).Distinct().Count(), StringComparer.Ordinal);
        return string.Join(", ", spaces.Where(s => led.GetValueOrDefault(s.Key) < s.Value).Select(s => $"{s.Key} has {led.GetValueOrDefault(s.Key)} of {s.Value}"));
    }
}
