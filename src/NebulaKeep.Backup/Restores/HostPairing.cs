using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Restores;

/// <summary>One storage host of the backup and the storaged that takes its place.</summary>
/// <param name="From">The host in the backup.</param>
/// <param name="To">The daemon in the target cluster.</param>
/// <param name="DataPaths">Where each data path of the backup goes: path in the backup → path of the target.</param>
public sealed record PairedHost(ManifestHost From, Daemon To, IReadOnlyDictionary<string, string> DataPaths)
{
    /// <summary>True where the daemon has the address that the backup knows.</summary>
    public bool SameAddress => From.Address == To.Address.ToString();
}

/// <summary>
/// Decides which storaged takes the place of which host of a backup: those with the same address and as many data paths
/// first, the others by number of data paths and address (spec/restore-flow.md A.3 and A.4, improved: upstream checks only
/// sums and may give two data paths to a host with one).
/// </summary>
public static class HostPairing
{
    /// <summary>Pairs all hosts.</summary>
    /// <exception cref="RestoreRefusedException">The target's storageds cannot take the backup's place; the message says why.</exception>
    public static IReadOnlyList<PairedHost> Pair(IReadOnlyList<ManifestHost> backup, IReadOnlyList<Daemon> target)
    {
        var same = backup.Select(h => (From: h, To: target.FirstOrDefault(d => d.Address.ToString() == h.Address))).ToList();
        if (same.TrueForAll(p => p.To is not null && Fits(p.From, p.To))) return same.ConvertAll(p => Make(p.From, p.To!));
        if (backup.Count != target.Count) throw Counts(backup, target);
        var fixedPairs = same.Where(p => p.To is not null && Used(p.From).Count == p.To.DataPaths.Count).Select(p => (p.From, To: p.To!)).ToList();
        var froms = backup.Except(fixedPairs.Select(p => p.From)).OrderByDescending(h => Used(h).Count).ThenBy(h => HostAddress.Parse(h.Address));
        var tos = target.Except(fixedPairs.Select(p => p.To)).OrderByDescending(d => d.DataPaths.Count).ThenBy(d => d.Address);
        var pairs = fixedPairs.Concat(froms.Zip(tos)).ToList();
        if (pairs.Find(p => !Fits(p.Item1, p.Item2)) is { Item1: not null } misfit) throw Paths(misfit.Item1, misfit.Item2);
        return [.. pairs.Select(p => Make(p.Item1, p.Item2)).OrderBy(p => p.To.Address)];
    }

    /// <summary>One host of a backup and who takes its place, where that is decided already.</summary>
    /// <exception cref="RestoreRefusedException">It has too few data paths.</exception>
    internal static PairedHost Place(ManifestHost from, Daemon to) => Fits(from, to) ? Make(from, to) : throw Paths(from, to);

    /// <summary>
    /// Where each used data path goes: to the path of the same name on the same host, else to the same position, else to the
    /// first free one. Storaged finds its partitions by looking into every data path, so any assignment is right as long as
    /// two never meet.
    /// </summary>
    public static IReadOnlyDictionary<string, string> MapPaths(ManifestHost from, Daemon to)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        var used = Used(from);
        if (from.Address == to.Address.ToString())
            foreach (var path in used.Where(to.DataPaths.Contains))
                map[path] = path;
        var taken = map.Values.ToHashSet(StringComparer.Ordinal);
        foreach (var path in used.Where(p => !map.ContainsKey(p)).ToList())
        {
            var position = from.DataPaths.ToList().IndexOf(path);
            var place = position < to.DataPaths.Count && !taken.Contains(to.DataPaths[position]) ? to.DataPaths[position] : to.DataPaths.First(p => !taken.Contains(p));
            taken.Add(place);
            map[path] = place;
        }

        return map;
    }

    static List<string> Used(ManifestHost host) => [.. host.DataPaths.Where(p => host.Checkpoints.Any(c => c.DataPath == p))];

    static bool Fits(ManifestHost from, Daemon to) => Used(from).Count <= to.DataPaths.Count;

    static PairedHost Make(ManifestHost from, Daemon to) => new(from, to, MapPaths(from, to));

    static RestoreRefusedException Counts(IReadOnlyList<ManifestHost> backup, IReadOnlyList<Daemon> target) => new(
        $"The backup has {backup.Count} storage hosts ({string.Join(", ", backup.Select(h => h.Address))}), the cluster has {target.Count} "
        + $"({string.Join(", ", target.Select(d => d.Address))}): a restore needs the same number. Add or remove storageds and try again.");

    static RestoreRefusedException Paths(ManifestHost from, Daemon to) => new(
        $"Storage host {from.Address} of the backup has data on {Used(from).Count} data paths, and {to.Address}, which would take its place, has {to.DataPaths.Count}: "
        + "two data paths cannot share one directory. Give that storaged more data paths (--data_path) and try again.");
}
