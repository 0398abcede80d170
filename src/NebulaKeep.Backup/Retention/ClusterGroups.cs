using NebulaKeep.Backup.Catalog;

namespace NebulaKeep.Backup.Retention;

/// <summary>
/// Which complete backups are of one cluster. A cluster's key changes when hosts come and go, so backups with a common key or a
/// common metad belong together, and an incremental belongs to its base.
/// </summary>
public static class ClusterGroups
{
    /// <summary>The group of each complete backup, named after the first of its backups.</summary>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<CatalogEntry> entries)
    {
        var complete = entries.Where(e => e is { State: BackupState.Complete, Cluster: not null }).OrderBy(e => e.Name, StringComparer.Ordinal).ToList();
        var parents = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in complete)
            foreach (var tie in Ties(entry)) Join(parents, $"backup {entry.Name}", tie);
        var firsts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in complete) firsts.TryAdd(Root(parents, $"backup {entry.Name}"), entry.Name);
        return complete.ToDictionary(e => e.Name, e => firsts[Root(parents, $"backup {e.Name}")], StringComparer.Ordinal);
    }

    /// <summary>The newest complete backup of each cluster.</summary>
    public static IReadOnlySet<string> NewestOfEach(IReadOnlyList<CatalogEntry> entries)
    {
        var groups = Of(entries);
        return entries.Where(e => groups.ContainsKey(e.Name))
            .GroupBy(e => groups[e.Name], StringComparer.Ordinal)
            .Select(g => g.OrderByDescending(e => e.Created).ThenByDescending(e => e.Name, StringComparer.Ordinal).First().Name)
            .ToHashSet(StringComparer.Ordinal);
    }

    static IEnumerable<string> Ties(CatalogEntry entry)
    {
        yield return $"key {entry.Cluster!.Key}";
        foreach (var metad in entry.Cluster.Metads) yield return $"metad {metad}";
        if (entry.Base is { } origin) yield return $"backup {origin}";
    }

    static void Join(Dictionary<string, string> parents, string one, string other)
    {
        var (a, b) = (Root(parents, one), Root(parents, other));
        if (a != b) parents[a] = b;
    }

    static string Root(Dictionary<string, string> parents, string one)
    {
        while (parents.TryGetValue(one, out var parent))
        {
            if (parents.TryGetValue(parent, out var above)) parents[one] = above; // halves the way for the next one
            one = parent;
        }

        return one;
    }
}
