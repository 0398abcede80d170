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

    static string? FindWrong(BackupName name, SpaceModel space, ClusterTopology target)
    {
        var found = new int[space.Partitions.Count];
        foreach (var engine in target.Storageds.SelectMany(s => s.DataPaths).Select(p => Path.Combine(p, "nebula", space.Id.ToString(CultureInfo.InvariantCulture))).Where(Directory.Exists))
        {
            using var database = RocksDatabase.OpenReadOnly(Path.Combine(engine, "data"), new RocksOptions());
            for (var i = 0; i < space.Partitions.Count; i++)
            {
                if (Rows.OfReplica(database, engine, i + 1) is not { } rows) continue;
                found[i]++;
                if (!rows.SequenceEqual(space.Partitions[i])) return $"{name}: partition {i + 1} of {space.Name} in {engine} has {rows.Count} rows, {space.Partitions[i].Count} were there, or others";
            }
        }

        return found.All(f => f == space.Replicas) ? null : $"{name}: {space.Name} has {string.Join(',', found)} replicas of its partitions, {space.Replicas} each were there";
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
