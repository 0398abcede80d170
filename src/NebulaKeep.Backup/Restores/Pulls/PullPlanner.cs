using System.Globalization;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Restores.Pulls;

/// <summary>Decides which files of a backup belong on a host of a new cluster, and where. Pure.</summary>
public static class PullPlanner
{
    /// <summary>Below metad's data path: where the tables lie until metad takes them.</summary>
    public const string TableFolder = "nebulakeep-restore";

    /// <summary>What a metad needs of a backup lies below it.</summary>
    public const string MetaPrefix = "meta/";

    /// <summary>What a storaged needs of a backup lies below it; null for one that needs nothing.</summary>
    public static string? PrefixOf(PullPlan plan, int ordinal) => ordinal < plan.Hosts.Count && plan.Hosts[ordinal].Length > 0 ? $"data/{plan.Hosts[ordinal]}/" : null;

    /// <summary>Decides who takes whose place in a cluster that is still to be made.</summary>
    /// <param name="restore">Identifies the restore.</param>
    /// <param name="backup">The backup; of its files only metad's tables are looked at.</param>
    /// <param name="metads">The metads that there shall be.</param>
    /// <param name="storageds">The storageds that there shall be, by ordinal.</param>
    /// <param name="concurrency">Files that each host fetches at the same time.</param>
    /// <exception cref="RestoreRefusedException">The backup does not fit into such a cluster; the message says why and what to do.</exception>
    public static PullPlan Plan(string restore, BackupContents backup, IReadOnlyList<Daemon> metads, IReadOnlyList<Daemon> storageds, int concurrency)
    {
        var target = new ClusterTopology { Metads = metads, Storageds = storageds, Graphds = [], Agents = new Dictionary<string, HostAddress>() };
        var pairs = RestorePlanner.Pair(backup, target).ToDictionary(pair => pair.To.Address, pair => pair.From.Address);
        return new PullPlan
        {
            Restore = restore,
            Backup = backup.Name.Value,
            Concurrency = concurrency,
            Hosts = [.. storageds.Select(storaged => pairs.GetValueOrDefault(storaged.Address) ?? "")],
            MetaFiles = [.. RestorePlanner.Tables(backup).Select(table => table.Name)],
            Partitions = backup.Spaces.ToDictionary(space => space.Name, space => space.Partitions, StringComparer.Ordinal),
        };
    }

    /// <summary>The paths that a metad is told in one call of restoreMeta.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="dataPath">metad's data path.</param>
    /// <param name="attempt">Which call, from 1.</param>
    public static IReadOnlyList<string> Tables(PullPlan plan, string dataPath, int attempt) =>
        [.. plan.MetaFiles.Select(name => string.Create(CultureInfo.InvariantCulture, $"{dataPath}/{TableFolder}/{attempt}/{name}"))];

    /// <summary>What a metad fetches: its tables, once for each call that may be needed.</summary>
    public static IReadOnlyList<DownloadItem> ForMetad(PullPlan plan, BackupContents backup, string dataPath) =>
        [.. from attempt in Enumerable.Range(1, plan.MetaTries)
            from table in RestorePlanner.Tables(backup).Zip(Tables(plan, dataPath, attempt))
            select new DownloadItem(table.First.File.Key, table.Second, dataPath, table.First.File.Size, table.First.File.Sha256)];

    /// <summary>What a storaged fetches; nothing for one that came later than the plan.</summary>
    /// <exception cref="RestoreRefusedException">The backup does not describe such a host, or it has more data paths than this one.</exception>
    public static IReadOnlyList<DownloadItem> ForStoraged(PullPlan plan, BackupContents backup, int ordinal, IReadOnlyList<string> dataPaths)
    {
        if (PrefixOf(plan, ordinal) is not { } prefix) return [];
        var from = backup.Hosts.FirstOrDefault(host => host.Address == plan.Hosts[ordinal])
            ?? throw new RestoreRefusedException($"{backup.Name} describes no storage host {plan.Hosts[ordinal]}.");
        // Only data paths matter here: this host has no address yet.
        var pair = HostPairing.Place(from, new Daemon(DaemonRole.Storage, HostAddress.Parse(from.Address), "/", dataPaths));
        return [.. backup.Files.Where(file => file.Path.StartsWith(prefix, StringComparison.Ordinal)).Select(file => RestorePlanner.Place(file, pair))];
    }
}
