using System.Globalization;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Restores;

/// <summary>Turns a backup and a target cluster into a plan. Pure: nothing is asked and nothing is changed.</summary>
public static class RestorePlanner
{
    /// <summary>Makes the plan.</summary>
    /// <exception cref="RestoreRefusedException">The backup cannot be restored into this cluster; the message says why and what to do.</exception>
    public static RestorePlan Plan(BackupContents backup, ClusterTopology target)
    {
        var pairs = Pair(backup, target);
        var metaFiles = Tables(backup);
        var metas = target.Metads.Select(m => new MetaPlan(m, [.. metaFiles.Select(f => $"{m.DataPaths[0]}/{f.Name}")])).ToList();
        return new RestorePlan
        {
            Name = backup.Name,
            Pairs = pairs,
            SetAside = SetAside(target, metas),
            Downloads = Downloads(backup, target, pairs, metaFiles),
            Metas = metas,
        };
    }

    /// <summary>Decides who takes whose place, and whether the backup can be restored into such a cluster at all.</summary>
    /// <exception cref="RestoreRefusedException">It cannot; the message says why and what to do.</exception>
    public static IReadOnlyList<PairedHost> Pair(BackupContents backup, ClusterTopology target)
    {
        RefusePartial(backup);
        RefuseUnusableTarget(target);
        var pairs = HostPairing.Pair(backup.Hosts, target.Storageds);
        RefuseSharedZones(backup, pairs);
        return pairs;
    }

    /// <summary>metad's tables with their file names.</summary>
    /// <exception cref="RestoreRefusedException">There are none.</exception>
    internal static List<(SourceFile File, string Name)> Tables(BackupContents backup)
    {
        var tables = backup.MetaFiles.Select(f => (File: f, Name: f.Path["meta/".Length..])).ToList();
        return tables.Count > 0 ? tables : throw new RestoreRefusedException($"{backup.Name} holds none of metad's tables (meta/*.sst): it is not a complete backup.");
    }

    /// <summary>Where a data file goes on the host that takes its host's place.</summary>
    /// <exception cref="RestoreRefusedException">The backup does not describe the file.</exception>
    internal static DownloadItem Place(SourceFile file, PairedHost pair)
    {
        if (!BackupLayout.TryParseDataPath(file.Path, out var path) || path.Host.ToString() != pair.From.Address) throw Stray(file);
        var checkpoint = pair.From.Checkpoints.FirstOrDefault(c => c.Space == path.Space && c.Directory == path.Directory)
            ?? throw new RestoreRefusedException($"'{file.Path}' belongs to no checkpoint that the backup describes.");
        var volume = pair.DataPaths[checkpoint.DataPath];
        var name = string.Create(CultureInfo.InvariantCulture, $"{volume}/nebula/{path.Space}/{path.Relative}");
        return new DownloadItem(file.Key, name, volume, file.Size, file.Sha256);
    }

    static List<SetAsidePlan> SetAside(ClusterTopology target, List<MetaPlan> metas)
    {
        var storage = target.Storageds.Select(s => (Daemon: s, Paths: s.DataPaths.Select(d => $"{d}/nebula").Append($"{s.Root}/cluster.id")));
        var meta = metas.Select(m => (Daemon: m.Metad, Paths: m.Files.Prepend($"{m.Metad.DataPaths[0]}/nebula")));
        return storage.Concat(meta)
            .GroupBy(m => (Agent: target.AgentOf(m.Daemon), m.Daemon.Root))
            .OrderBy(g => g.Key.Agent).ThenBy(g => g.Key.Root, StringComparer.Ordinal)
            .Select(g => new SetAsidePlan(g.Key.Agent, g.Key.Root, [.. g.SelectMany(m => m.Paths).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]))
            .ToList();
    }

    static List<DownloadPlan> Downloads(BackupContents backup, ClusterTopology target, IReadOnlyList<PairedHost> pairs, List<(SourceFile File, string Name)> metaFiles)
    {
        var meta = target.Metads.SelectMany(m => metaFiles.Select(f => (
            Agent: target.AgentOf(m),
            Item: new DownloadItem(f.File.Key, $"{m.DataPaths[0]}/{f.Name}", m.DataPaths[0], f.File.Size, f.File.Sha256))));
        var places = pairs.ToDictionary(p => p.From.Address);
        var data = backup.Files.Where(f => f.Path.StartsWith("data/", StringComparison.Ordinal)).Select(f => Place(f, places, target));
        return meta.Concat(data)
            .GroupBy(d => d.Agent)
            .OrderBy(g => g.Key)
            .Select(g => new DownloadPlan(g.Key, [.. g.Select(d => d.Item).OrderBy(i => i.Target, StringComparer.Ordinal)]))
            .ToList();
    }

    static (HostAddress Agent, DownloadItem Item) Place(SourceFile file, Dictionary<string, PairedHost> places, ClusterTopology target)
    {
        if (!BackupLayout.TryParseDataPath(file.Path, out var path) || !places.TryGetValue(path.Host.ToString(), out var pair)) throw Stray(file);
        return (target.AgentOf(pair.To), Place(file, pair));
    }

    static RestoreRefusedException Stray(SourceFile file) =>
        new($"'{file.Path}' is no file of a storage host that the backup describes: it does not belong to the backup.");

    // metad keeps its other spaces in a partial restore while every storaged loses theirs, and the older __id__ makes ids
    // collide later (spec/restore-flow.md A.6).
    static void RefusePartial(BackupContents backup)
    {
        if (backup.AllSpaces) return;
        throw new RestoreRefusedException(
            $"{backup.Name} holds only the spaces {string.Join(", ", backup.Spaces.Select(s => s.Name))}. Restoring selected spaces would erase the data of all others "
            + "and make later ids collide, so this version refuses it. Restore a backup of all spaces.");
    }

    static void RefuseUnusableTarget(ClusterTopology target)
    {
        if (target.Metads.Count == 0 || target.Storageds.Count == 0) throw new RestoreRefusedException("The cluster has no metad or no storaged that could be restored into.");
        foreach (var metad in target.Metads)
            if (metad.DataPaths.Count != 1) throw new RestoreRefusedException($"{metad} has {metad.DataPaths.Count} data paths; exactly one is supported (--data_path).");
        foreach (var storaged in target.Storageds)
            if (storaged.DataPaths.Count == 0) throw new RestoreRefusedException($"{storaged} reports no data path.");
    }

    // Renaming hosts makes metad rewrite zones, and it aborts unless each zone holds exactly one host (spec/meta-thrift.md
    // §7.7). A zone is never empty, so as many zones as hosts means one host each.
    static void RefuseSharedZones(BackupContents backup, IReadOnlyList<PairedHost> pairs)
    {
        if (pairs.All(p => p.SameAddress)) return;
        var zones = backup.Spaces.SelectMany(s => s.Zones).Distinct(StringComparer.Ordinal).Count();
        if (backup.Spaces.Count == 0 || zones >= backup.Hosts.Count) return;
        throw new RestoreRefusedException(
            $"The backup's spaces use {zones} zones for {backup.Hosts.Count} storage hosts, so a zone holds several hosts. metad cannot rename hosts then (it would abort). "
            + "Restore into storageds with the addresses of the backup: " + string.Join(", ", backup.Hosts.Select(h => h.Address)) + ".");
    }
}
