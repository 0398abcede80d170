using System.Globalization;
using NebulaKeep.Backup.Logs;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.RocksDb;

namespace NebulaKeep.DevCluster.Tests.Histories;

/// <summary>Lays a backup out as a restore into the same hosts would, below a folder, and looks at what storageds would come up with.</summary>
sealed class RestoredFiles(IObjectStore store, ClusterTopology cluster, string folder)
{
    /// <summary>Compares a backup with what the data was.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public async Task<string?> FindWrongAsync(BackupName name, IReadOnlyList<SpaceModel> expected)
    {
        var contents = await new BackupContentsReader(store).ReadAsync(name, CancellationToken.None);
        if (contents.IsFromLog) WalRules.Check(contents);
        var names = string.Join(',', contents.Spaces.Select(s => s.Name).Order(StringComparer.Ordinal));
        if (names != string.Join(',', expected.Select(s => s.Name).Order(StringComparer.Ordinal))) return $"{name} holds the spaces {names}";
        var target = cluster with { Storageds = [.. cluster.Storageds.Select(Moved)], Metads = [.. cluster.Metads.Select(Moved)] };
        foreach (var item in RestorePlanner.Plan(contents, target).Downloads.SelectMany(d => d.Items)) await FetchAsync(item);
        return expected.Select(space => FindWrong(name, space, target)).FirstOrDefault(wrong => wrong is not null);
    }

    /// <summary>
    /// Raft's rule: a write is acknowledged once most replicas have it. One that was behind at the backup (its space was new) is behind
    /// after the restore and cannot lead; most have all rows, and those with the longest log are among them.
    /// </summary>
    static string? FindWrong(BackupName name, SpaceModel space, ClusterTopology target)
    {
        var replicas = space.Partitions.Select(_ => new List<(string Engine, Rows Rows, long Last)>()).ToList();
        foreach (var engine in target.Storageds.SelectMany(s => s.DataPaths).Select(p => Path.Combine(p, "nebula", space.Id.ToString(CultureInfo.InvariantCulture))).Where(Directory.Exists))
        {
            using var database = RocksDatabase.OpenReadOnly(Path.Combine(engine, "data"), new RocksOptions());
            for (var i = 0; i < replicas.Count; i++)
                if (Rows.OfReplica(database, engine, i + 1) is var (rows, last)) replicas[i].Add((engine, rows, last));
        }

        return replicas.Select((found, i) => FindWrong($"{name}: partition {i + 1} of {space.Name}", found, space.Partitions[i], space.Replicas)).FirstOrDefault(wrong => wrong is not null);
    }

    static string? FindWrong(string what, List<(string Engine, Rows Rows, long Last)> found, Rows expected, int replicas)
    {
        var whole = found.Where(replica => replica.Rows.SequenceEqual(expected)).ToList();
        if (whole.Count <= replicas / 2 || found.Count > replicas) return $"{what} has {found.Count} replicas, of which {whole.Count} have the {expected.Count} rows that were there; there were {replicas}";
        var wrong = found.Except(whole).FirstOrDefault(replica => replica.Last >= whole.Max(r => r.Last));
        return wrong.Engine is null ? null : $"{what} in {wrong.Engine} has {wrong.Rows.Count} rows, {expected.Count} were there, or others, and the longest log";
    }

    Daemon Moved(Daemon daemon) => daemon with { DataPaths = [.. daemon.DataPaths.Select(p => $"{folder}/{daemon.Role}-{daemon.Address.Host}/{Path.GetFileName(p)}")] };

    async Task FetchAsync(DownloadItem item)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(item.Target)!);
        await using var content = await store.OpenReadAsync(item.Key, null, CancellationToken.None);
        await using var file = File.Create(item.Target);
        await content.CopyToAsync(file);
    }
}
