using NebulaKeep.DevCluster.Codec;
using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.RocksDb;
using NebulaKeep.Testing;

namespace NebulaKeep.DevCluster.Tests.Cluster;

/// <summary>Backups of a whole cluster; what clients see and what lies on the disks was observed with NebulaGraph 3.8.0.</summary>
public sealed class ClusterBackupTests
{
    const string Blocked = "Storage Error: Write is blocked when creating snapshot. Please retry later.";

    [Fact]
    public async Task While_a_backup_is_made_writers_are_refused_with_words_and_readers_are_not()
    {
        await using var cluster = await WholeCluster.StartAsync();
        await cluster.CreateSpaceAsync("s", partitions: 3, replicas: 3);
        await cluster.InsertAsync(0, 60);
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        cluster.Faults.AfterBlocking = async token =>
        {
            reached.SetResult();
            await go.Task.WaitAsync(token);
        };

        var backup = cluster.Meta.CreateBackupAsync([], CancellationToken.None);
        await reached.Task;
        (await ClusterTests.FailureAsync(cluster, "INSERT VERTEX player(name, age) VALUES \"x\":(\"X\", 1)")).ShouldBe((ErrorCode.E_EXECUTION_ERROR, Blocked));
        (await ClusterTests.FailureAsync(cluster, "DELETE VERTEX \"v1\"")).ShouldBe((ErrorCode.E_EXECUTION_ERROR, Blocked));
        (await cluster.ReadAsync(0, 60)).ShouldBe(WholeCluster.Rows(0, 60));
        foreach (var storage in cluster.Storages) (await PutAsync(cluster, storage, space: 1)).ShouldAllBe(code => code == ErrorCode.E_RAFT_WRITE_BLOCKED);
        (await cluster.QueryAsync("SHOW SNAPSHOTS")).Single().ShouldContain("|INVALID|");

        go.SetResult();
        (await backup).AllSpaces.ShouldBeTrue();
        foreach (var storage in cluster.Storages) (await PutAsync(cluster, storage, space: 1)).Order().ShouldBe([ErrorCode.E_LEADER_CHANGED, ErrorCode.E_LEADER_CHANGED]);
        await cluster.InsertAsync(60, 70);
        (await cluster.QueryAsync("SHOW SNAPSHOTS")).Single().ShouldContain("|VALID|");
    }

    [Fact]
    public async Task Writes_that_a_dead_metad_left_blocked_open_space_by_space_and_by_nothing_else()
    {
        await using var cluster = await WholeCluster.StartAsync();
        await cluster.CreateSpaceAsync("a", partitions: 3, replicas: 3);
        await cluster.CreateSpaceAsync("b", partitions: 3, replicas: 3);
        await cluster.CreateSpaceAsync("c", partitions: 1, replicas: 1);
        var reached = new TaskCompletionSource();
        cluster.Faults.AfterBlocking = async token =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        };
        var backup = cluster.Meta.CreateBackupAsync([], CancellationToken.None);
        await reached.Task;
        await cluster.StopAsync(cluster.Metads[0], kill: true);
        await Should.ThrowAsync<Core.NebulaKeepException>(backup);
        cluster.StartMetad(0);
        await cluster.OnlineAsync(3);

        (await cluster.Meta.ListSnapshotsAsync(CancellationToken.None)).ShouldHaveSingleItem().Status.ShouldBe(SnapshotStatus.INVALID);
        (await BlockedAsync(cluster)).ShouldBe("abc");
        var holder = cluster.Storages.ToList().IndexOf((await cluster.Meta.ListPartsAsync(3, CancellationToken.None))[0].Peers[0].ToAddress());
        foreach (var storage in Enumerable.Range(0, 3).Where(i => i != holder))
        {
            (await cluster.BlockAsync(storage, EngineSignType.BLOCK_OFF, 3, 1)).ShouldBe(ErrorCode.E_SPACE_NOT_FOUND, "space 3 is not on this host, and nothing after it is done");
            (await cluster.BlockAsync(storage, EngineSignType.BLOCK_OFF, 2, 3)).ShouldBe(ErrorCode.E_SPACE_NOT_FOUND, "what came before it was done");
        }
        await cluster.BlockAsync(holder, EngineSignType.BLOCK_OFF, 2);
        (await BlockedAsync(cluster)).ShouldBe("ac");
        for (var storage = 0; storage < 3; storage++)
            foreach (var space in new[] { 1, 3 }) await cluster.BlockAsync(storage, EngineSignType.BLOCK_OFF, space);
        (await BlockedAsync(cluster)).ShouldBe("");
    }

    [Fact]
    public async Task A_checkpoint_has_links_and_copies_where_real_servers_have_them()
    {
        await using var cluster = await WholeCluster.StartAsync(new ClusterShape { DataPaths = [2] });
        await cluster.CreateSpaceAsync("s", partitions: 4, replicas: 1);
        await cluster.InsertAsync(0, 500);

        var infos = await CheckpointsAsync(cluster);

        infos.Select(info => info.DataPath).ShouldBe(Enumerable.Range(0, 2).Select(path => Path.Combine(cluster.DataPath(0, path), "nebula/1/checkpoints", Path.GetFileName(infos[0].DataPath))));
        foreach (var info in infos)
        {
            var live = info.DataPath[..info.DataPath.IndexOf("/checkpoints/", StringComparison.Ordinal)];
            var files = await FileFacts.OfAsync(info.DataPath);
            files.Keys.Select(KindOf).Distinct().Order(StringComparer.Ordinal).Where(kind => kind != "log").ShouldBe(["CURRENT", "MANIFEST", "OPTIONS", "sst", "wal"]);
            var now = await FileFacts.OfAsync(live);
            foreach (var (name, facts) in files)
            {
                var isLink = now.TryGetValue(name, out var original) && original.Inode == facts.Inode;
                isLink.ShouldBe(KindOf(name) is "sst" or "wal" or "OPTIONS", name);
            }
            File.ReadAllText(Path.Combine(info.DataPath, "data/CURRENT")).ShouldBe(File.ReadAllText(Path.Combine(live, "data/CURRENT")));
        }
    }

    [Fact]
    public async Task Files_never_change_under_their_name_from_one_backup_to_the_next()
    {
        await using var cluster = await WholeCluster.StartAsync(new ClusterShape { DataPaths = [1], RaftHeartbeat = TimeSpan.FromMilliseconds(100) });
        await cluster.CreateSpaceAsync("s", partitions: 2, replicas: 1);
        await cluster.InsertAsync(0, 500);
        var first = (await CheckpointsAsync(cluster)).Single();
        await IdleEntriesAsync(cluster, first);
        var second = (await CheckpointsAsync(cluster)).Single();

        var (before, after) = (await FileFacts.OfAsync(first.DataPath), await FileFacts.OfAsync(second.DataPath));
        foreach (var name in before.Keys.Intersect(after.Keys).Where(name => KindOf(name) is "sst" or "wal" or "OPTIONS"))
            File.ReadAllBytes(Path.Combine(first.DataPath, name)).ShouldBe(File.ReadAllBytes(Path.Combine(second.DataPath, name)), name);
        before.Keys.Where(name => KindOf(name) == "wal").ShouldBeSubsetOf(after.Keys);
        after.Keys.Except(before.Keys).Count(name => KindOf(name) == "wal").ShouldBe(2, "one new log file for each replica, although nothing was written");
        var manifest = before.Keys.Single(name => KindOf(name) == "MANIFEST");
        File.ReadAllBytes(Path.Combine(first.DataPath, manifest)).ShouldNotBe(File.ReadAllBytes(Path.Combine(second.DataPath, manifest)));
    }

    [Fact]
    public async Task Logs_of_idle_partitions_grow_and_leaders_have_applied_all_of_theirs()
    {
        await using var cluster = await WholeCluster.StartAsync(new ClusterShape { RaftHeartbeat = TimeSpan.FromMilliseconds(200) });
        await cluster.CreateSpaceAsync("s", partitions: 3, replicas: 3);
        await cluster.InsertAsync(0, 100);

        var infos = await CheckpointsAsync(cluster);

        infos.SelectMany(info => info.Parts.Keys).ToList().ShouldBe([1, 2, 3], ignoreOrder: true, "each partition has one leader, and only leaders are listed");
        foreach (var info in infos)
        {
            using var database = RocksDatabase.OpenReadOnly(Path.Combine(info.DataPath, "data"), new RocksOptions());
            foreach (var log in Directory.GetDirectories(Path.Combine(info.DataPath, "wal")))
            {
                var part = int.Parse(Path.GetFileName(log));
                var last = Directory.GetFiles(log).Order(StringComparer.Ordinal).Select(WalFileReader.Scan).Last();
                var committed = CommitMark.Parse(database.Get(StorageKeys.Commit(part)));
                if (info.Parts.TryGetValue(part, out var end)) (end.LogId, last.LastId, committed.LogId).ShouldSatisfyAllConditions(x => x.Item1.ShouldBe(x.Item2), x => x.Item3.ShouldBeLessThanOrEqualTo(x.Item2));
                else (last.LastId - committed.LogId).ShouldBeInRange(1, 3, "a follower lags by one or two");
            }
        }
        await IdleEntriesAsync(cluster, infos.First(info => info.Parts.Count > 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task What_was_backed_up_under_load_is_whole_on_other_hosts(int replicas)
    {
        await using var cluster = await WholeCluster.StartAsync();
        await cluster.CreateSpaceAsync("s", partitions: 5, replicas);
        await cluster.InsertAsync(0, 1000);
        using var stop = new CancellationTokenSource();
        var writer = WriteOnAsync(cluster, 1000, stop.Token);
        var meta = await cluster.Meta.CreateBackupAsync([], CancellationToken.None);
        await stop.CancelAsync();
        var (acknowledged, refused) = await writer;

        await using var copy = new WholeCluster(new ClusterShape());
        await RestoreAsync(meta, cluster, copy);
        await copy.QueryAsync("USE s");

        var rows = await copy.ReadAsync(0, acknowledged + 100);
        WholeCluster.Rows(0, 1000).Except(rows).ShouldBeEmpty("all that was acknowledged before is there");
        rows.Except(WholeCluster.Rows(0, acknowledged + 100)).ShouldBeEmpty();
        refused.ShouldAllBe(text => text == Blocked);
        await copy.InsertAsync(5000, 5010);
        (await copy.ReadAsync(5000, 5010)).ShouldBe(WholeCluster.Rows(5000, 5010));
    }

    [Fact]
    public async Task A_killed_storaged_fails_the_backup_at_once_and_the_others_write_on()
    {
        await using var cluster = await WholeCluster.StartAsync();
        await cluster.CreateSpaceAsync("s", partitions: 3, replicas: 3);
        await cluster.InsertAsync(0, 20);
        await cluster.StopAsync(cluster.Storages[1], kill: true);

        var failure = await Should.ThrowAsync<NebulaErrorException>(cluster.Meta.CreateBackupAsync([], CancellationToken.None));

        failure.Code.ShouldBe(ErrorCode.E_BLOCK_WRITE_FAILURE);
        var record = (await cluster.Meta.ListSnapshotsAsync(CancellationToken.None)).ShouldHaveSingleItem();
        record.Status.ShouldBe(SnapshotStatus.INVALID);
        for (var storage = 0; storage < 3; storage += 2) Directory.Exists(Path.Combine(cluster.DataPath(storage, 0), "nebula/1/checkpoints")).ShouldBeFalse();
        foreach (var storage in new[] { 0, 2 }) (await PutAsync(cluster, cluster.Storages[storage], space: 1)).ShouldAllBe(code => code != ErrorCode.E_RAFT_WRITE_BLOCKED);
        await cluster.Meta.DropSnapshotAsync(record.Name, CancellationToken.None);
    }

    /// <summary>The codes of one write to every partition of a replica that fails; empty where a leader took it.</summary>
    static async Task<IReadOnlyList<ErrorCode>> PutAsync(WholeCluster cluster, Core.HostAddress storage, int space)
    {
        var parts = new Dictionary<int, IReadOnlyList<KeyValue>>();
        foreach (var part in await cluster.Meta.ListPartsAsync(space, CancellationToken.None)) parts[part.PartId] = [new KeyValue { Key = [1], Value = [2] }];
        var answer = await cluster.CallAsync(storage, GraphStorageService.Put, new KVPutRequest { SpaceId = space, Parts = parts });
        return [.. answer.Result.FailedParts.Select(part => part.Code)];
    }

    /// <summary>The names of the spaces in which some replica refuses to write.</summary>
    static async Task<string> BlockedAsync(WholeCluster cluster)
    {
        var names = "";
        foreach (var space in await cluster.Meta.ListSpacesAsync(CancellationToken.None))
        {
            var codes = new List<ErrorCode>();
            foreach (var storage in cluster.Storages) codes.AddRange(await PutAsync(cluster, storage, space.Id.SpaceId!.Value));
            if (codes.Contains(ErrorCode.E_RAFT_WRITE_BLOCKED)) names += space.Name;
        }
        return string.Concat(names.Order());
    }

    static async Task<IReadOnlyList<CheckpointInfo>> CheckpointsAsync(WholeCluster cluster)
    {
        // Names are by the second, and the same name would replace the checkpoint.
        var known = (await cluster.Meta.ListSnapshotsAsync(CancellationToken.None)).Select(s => s.Name).ToList();
        BackupMeta? meta = null;
        await Eventually.TrueAsync(async () =>
        {
            if (known.Contains($"BACKUP_{TimeProvider.System.GetLocalNow():yyyy_MM_dd_HH_mm_ss}")) return false;
            meta = await cluster.Meta.CreateBackupAsync([], CancellationToken.None);
            return true;
        }, "the next second");
        return [.. meta!.SpaceBackups.Values.SelectMany(s => s.HostBackups).SelectMany(h => h.Checkpoints)];
    }

    /// <summary>Waits until every leader of the engine has appended an entry without content.</summary>
    static Task IdleEntriesAsync(WholeCluster cluster, CheckpointInfo info)
    {
        var live = info.DataPath[..info.DataPath.IndexOf("/checkpoints/", StringComparison.Ordinal)];
        return Eventually.TrueAsync(() => info.Parts.All(part => Directory.GetFiles(Path.Combine(live, "wal", part.Key.ToString()))
            .SelectMany(WalFileReader.ReadEntries).Any(entry => entry.Id > part.Value.LogId && entry.Message.Length == 0)), "idle partitions write empty entries");
    }

    /// <summary>Writes vertices one by one; how far it came, and the words of refusals.</summary>
    static async Task<(int Next, IReadOnlyList<string> Refused)> WriteOnAsync(WholeCluster cluster, int next, CancellationToken stop)
    {
        await Task.Yield();
        var refused = new List<string>();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await cluster.InsertAsync(next, next + 1);
                next++;
            }
            catch (NebulaErrorException e)
            {
                refused.Add(e.Message[(e.Message.IndexOf("): ", StringComparison.Ordinal) + 3)..]);
            }
        }
        return (next, refused);
    }

    static async Task RestoreAsync(BackupMeta meta, WholeCluster from, WholeCluster to)
    {
        foreach (var backup in meta.SpaceBackups.Values.SelectMany(s => s.HostBackups))
            for (var path = 0; path < backup.Checkpoints.Count; path++)
            {
                var storage = from.Storages.ToList().IndexOf(backup.Host.ToAddress());
                GoldenFiles.CopyTree(backup.Checkpoints[path].DataPath, Path.Combine(to.DataPath(storage, path), "nebula", backup.Checkpoints[path].SpaceId.ToString()));
            }
        Directory.CreateDirectory(to.MetaPath(0));
        var tables = meta.MetaFiles.Select(file => Path.Combine(to.MetaPath(0), Path.GetFileName(file))).ToList();
        foreach (var (file, copy) in meta.MetaFiles.Zip(tables)) File.Copy(file, copy);
        var pairs = from.Storages.Zip(to.Storages, (a, b) => new HostPair { FromHost = HostAddr.Of(a), ToHost = HostAddr.Of(b) }).ToList();
        to.StartMetads();
        await to.Meta.RestoreMetaAsync(to.Metads[0], tables, pairs, CancellationToken.None);
        to.StartStorages();
        to.StartGraphd();
        await to.OnlineAsync(3);
    }

    static string KindOf(string name) => Path.GetFileName(name) switch
    {
        "CURRENT" => "CURRENT",
        var n when n.StartsWith("MANIFEST-") => "MANIFEST",
        var n when n.StartsWith("OPTIONS-") => "OPTIONS",
        var n => Path.GetExtension(n).TrimStart('.') is { Length: > 0 } extension ? extension : n,
    };
}
