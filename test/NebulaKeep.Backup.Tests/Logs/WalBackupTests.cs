using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.Backup.Tests.Logs;

public sealed class WalBackupTests
{
    readonly LogScene scene = new();

    [Fact]
    public async Task Only_new_logs_are_sent_once_for_each_partition_and_metads_tables()
    {
        var full = await scene.Scene.BackUpAsync();
        scene.Append(5);
        scene.Scene.Cluster.Sent.Clear();

        var result = await scene.BackUpAsync(full.Name);

        scene.Scene.Cluster.Sent.Lines.Where(k => k.Contains("/data/")).ShouldBe(
            [$"{result.Name}/data/n1:9779/data0/1/wal/1/0000000000000000021.wal", $"{result.Name}/data/n1:9779/data0/2/wal/1/0000000000000000021.wal"], ignoreOrder: true);
        (result.Manifest.Mode, result.Manifest.Totals.OwnFiles).ShouldBe(("wal", 2));
        result.Manifest.Hosts[0].Checkpoints.ShouldAllBe(c => c.Leaders.Single().From == 20 && c.Leaders.Single().LogId == 25);
    }

    [Fact]
    public async Task A_restore_lays_the_bases_data_and_the_whole_log_for_every_replica()
    {
        var full = await scene.Scene.BackUpAsync();
        scene.Append(5);
        foreach (var engine in scene.Engines) engine.Disk.Write($"{engine.Path}/data/000012.sst", "flushed after the base");
        var middle = await scene.BackUpAsync(full.Name);
        scene.Append(7);
        var last = await scene.BackUpAsync(middle.Name);
        scene.Scene.Cluster.Fill("v9");

        await scene.Scene.RestoreAsync(last.Name);

        foreach (var engine in scene.Engines)
        {
            engine.Disk.Below($"{engine.Path}/data").Select(f => f.Key[(engine.Path.Length + 6)..]).ShouldBe(["000009.sst", "CURRENT", "MANIFEST-000005"]);
            engine.Disk.Below($"{engine.Path}/wal/1").SelectMany(f => f.Value).ShouldBe([.. LogScene.Entries(1, 10), .. LogScene.Entries(11, 20), .. LogScene.Entries(21, 25), .. LogScene.Entries(26, 32)]);
        }

        last.Manifest.Hosts[0].Checkpoints.ShouldAllBe(c => c.Leaders.Single().From == 20);
    }

    [Fact]
    public async Task A_new_space_is_in_it_with_its_whole_checkpoint()
    {
        var full = await scene.Scene.BackUpAsync();
        scene.Append(5);
        scene.Scene.Cluster.CreateSpace();
        foreach (var engine in scene.Engines.Where(e => e.Path.EndsWith("/3", StringComparison.Ordinal))) engine.Disk.Write($"{engine.Path}/wal/1/0000000000000000001.wal", LogScene.Entries(1, 25));

        var result = await scene.BackUpAsync(full.Name);

        result.Manifest.Files!.Where(f => f.Path.Contains("/3/data/")).Count(f => f.Path.EndsWith("/000009.sst", StringComparison.Ordinal)).ShouldBe(4);
        scene.Scene.Cluster.Fill("v9");
        await scene.Scene.RestoreAsync(result.Name);
        scene.Scene.Cluster.Spaces.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_dropped_space_is_not_in_it()
    {
        var full = await scene.Scene.BackUpAsync();
        scene.Append(5);
        scene.Scene.Cluster.DropSpace(scene.Scene.Cluster.Spaces[1]);

        var result = await scene.BackUpAsync(full.Name);

        result.Manifest.Files!.ShouldNotContain(f => f.Path.Contains("/data0/2/"));
    }

    [Fact]
    public async Task A_gap_in_the_leaders_log_is_refused() => await RefusedAsync(() => scene.Change("n1", 21, _ => null), "has a gap: 0000000000000000011.wal ends with entry 20", append: 2);

    [Fact]
    public async Task A_gap_between_the_base_and_the_leaders_log_is_refused() =>
        await RefusedAsync(() => new List<long> { 1, 11, 21 }.ForEach(first => scene.Change("n1", first, _ => null)), "entries 21 to 25 are missing", append: 2);

    [Fact]
    public async Task A_cut_log_is_refused() => await RefusedAsync(() => scene.Change("n1", 21, bytes => bytes[..^1]), "0000000000000000021.wal, which is cut or damaged");

    [Fact]
    public async Task A_log_that_ends_before_the_leaders_point_is_refused() => await RefusedAsync(() => scene.LogId = 26, "ends with entry 25, the leader was at 26");

    [Fact]
    public async Task Two_leaders_of_one_partition_are_refused() => await RefusedAsync(() => scene.Leaders = ["n1", "n3"], "has 2 leaders");

    [Fact]
    public async Task A_partition_without_leader_is_refused() => await RefusedAsync(() => scene.Leaders = [], "has 0 leaders");

    [Fact]
    public async Task A_replica_that_is_gone_is_refused() =>
        await RefusedAsync(() => new List<long> { 1, 11, 21 }.ForEach(first => scene.Change("n3", first, _ => null)), "on n3:9779 (/srv/n3/data/storage) was there at the time of the base");

    [Fact]
    public async Task Entries_that_were_replaced_since_the_base_are_refused()
    {
        scene.Change("n3", 11, _ => LogScene.Entries(11, 21));
        await RefusedAsync(() => scene.Change("n1", 21, _ => LogScene.Entries(21, 25, term: 2)), "entry 21 may have been replaced");
    }

    [Fact]
    public async Task Other_data_paths_are_refused_before_writes_are_blocked() =>
        await RefusedAsync(() => scene.Scene.Cluster.Hosts[1].DataPaths = [.. scene.Scene.Cluster.Hosts[1].DataPaths, "/srv/n2/data/storage3"], "n2:9779 is gone or has other data paths", early: true);

    [Theory]
    [InlineData(JobType.INGEST)]
    [InlineData(JobType.DATA_BALANCE)]
    [InlineData(JobType.ZONE_BALANCE)]
    public async Task A_job_that_bypasses_the_log_is_refused_before_writes_are_blocked(JobType type) =>
        await RefusedAsync(() => scene.Scene.Cluster.MetaService.Jobs.Add(new JobDesc { JobId = 7, Type = type, Status = JobStatus.FINISHED, StartTime = 1795342300, StopTime = 1795342301 }), $"job 7 ({type})", early: true);

    [Theory]
    [InlineData(JobType.COMPACT, 1795342300)]
    [InlineData(JobType.INGEST, 1795340000)]
    public async Task Other_and_older_jobs_do_not_matter(JobType type, long time)
    {
        var full = await scene.Scene.BackUpAsync();
        scene.Append(5);
        scene.Scene.Cluster.MetaService.Jobs.Add(new JobDesc { JobId = 7, Type = type, Status = JobStatus.FINISHED, StartTime = time, StopTime = time });

        (await scene.BackUpAsync(full.Name)).Manifest.Mode.ShouldBe("wal");
    }

    [Fact]
    public async Task A_base_older_than_wal_ttl_is_refused_before_writes_are_blocked() =>
        await RefusedAsync(() => { }, "(wal_ttl)", early: true, change: request => request with { WalTtl = TimeSpan.Zero });

    [Fact]
    public async Task Selected_spaces_are_refused_before_writes_are_blocked() =>
        await RefusedAsync(() => { }, "backup of all spaces only", early: true, change: request => request with { Spaces = ["people"] });

    [Fact]
    public async Task A_base_with_a_cut_log_is_refused_before_writes_are_blocked()
    {
        scene.Change("n2", 11, bytes => bytes[..^3]);

        await RefusedAsync(() => { }, "is not a whole log file", early: true);
    }

    [Fact]
    public async Task A_base_whose_log_does_not_reach_back_to_its_data_is_refused()
    {
        scene.Change("n3", 1, _ => null);
        scene.LogId = 12;
        await RefusedAsync(() => scene.LogId = null, "begins with entry 11 and may not reach back to the data of the base, which ends about entry 12");
    }

    [Theory]
    [InlineData("data/n3:9779/data0/1/wal/1/0000000000000000011.wal", "has a gap")]
    [InlineData("data/n3:9779/data0/1/wal/1/0000000000000000021.wal", "ends with entry 20, the backup was made at 25")]
    [InlineData("data/n3:9779/data0/1/data/CURRENT", "without the data that the log continues")]
    public async Task A_backup_that_lacks_a_file_is_refused_before_anything_is_stopped(string path, string says)
    {
        var backup = await MadeAsync();

        await scene.RewriteAsync(backup, backup.Files!.Where(f => f.Path != path));

        await RestoreRefusedAsync(backup, says);
    }

    [Fact]
    public async Task A_log_on_a_minority_is_refused_before_anything_is_stopped()
    {
        var backup = await MadeAsync();

        await scene.RewriteAsync(backup, backup.Files!.Where(f => !f.Path.StartsWith("data/n3:9779/data0/1/wal", StringComparison.Ordinal)));

        await RestoreRefusedAsync(backup, "has a log for 3 of 4 replicas");
    }

    [Fact]
    public async Task A_log_that_begins_after_the_data_is_refused_before_anything_is_stopped()
    {
        var backup = await MadeAsync();

        await scene.RewriteAsync(backup, backup.Files!.Where(f => !f.Path.EndsWith("/0000000000000000001.wal", StringComparison.Ordinal) && !f.Path.EndsWith("/0000000000000000011.wal", StringComparison.Ordinal)));

        await RestoreRefusedAsync(backup, "does not reach back to its data");
    }

    [Fact]
    public async Task A_backup_without_its_leaders_is_refused_before_anything_is_stopped()
    {
        var backup = await MadeAsync();

        await scene.RewriteAsync(backup with { Hosts = [.. backup.Hosts.Select(h => h with { Checkpoints = [.. h.Checkpoints.Select(c => c with { Leaders = [] })] })] }, backup.Files!);

        await RestoreRefusedAsync(backup, "it is known where they were");
    }

    async Task<BackupManifest> MadeAsync()
    {
        var full = await scene.Scene.BackUpAsync();
        scene.Append(5);
        return (await scene.BackUpAsync(full.Name)).Manifest;
    }

    async Task RestoreRefusedAsync(BackupManifest backup, string says)
    {
        var failure = await Should.ThrowAsync<RestoreRefusedException>(() => scene.Scene.RestoreAsync(BackupName.Parse(backup.Name)));

        failure.Message.ShouldContain(says);
        scene.Scene.Gate.Calls.ShouldNotContain(c => c.Contains(" stop "));
    }

    async Task RefusedAsync(Action breakRule, string says, int append = 1, bool early = false, Func<BackupRequest, BackupRequest>? change = null)
    {
        var full = await scene.Scene.BackUpAsync();
        for (var i = 0; i < append; i++) scene.Append(5);
        breakRule();
        scene.Scene.Cluster.Sent.Clear();
        var checkpoints = scene.Scene.Gate.Calls.Count(c => c == "createBackup");

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync(full.Name, change));

        failure.Message.ShouldContain(says);
        failure.Message.ShouldContain("share");
        scene.Scene.Cluster.Sent.Lines.ShouldBeEmpty();
        (scene.Scene.Gate.Calls.Count(c => c == "createBackup") - checkpoints).ShouldBe(early ? 0 : 1);
        (await scene.Scene.KeysAsync()).ShouldAllBe(k => k.StartsWith($"{full.Name}/", StringComparison.Ordinal));
    }
}
