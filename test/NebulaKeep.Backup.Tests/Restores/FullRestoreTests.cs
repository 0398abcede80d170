using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Tests.Restores;

public sealed class FullRestoreTests
{
    readonly Scene scene = new();

    [Fact]
    public async Task A_restore_brings_back_what_was_backed_up()
    {
        var before = scene.Cluster.Data;
        var backup = await scene.BackUpAsync();
        scene.Cluster.Fill("v2");

        var result = await scene.RestoreAsync(backup.Name);

        scene.Cluster.Data.ShouldBe(before);
        scene.Cluster.AllRun.ShouldBeTrue();
        result.Files.ShouldBe(35);
        result.Notices.ShouldBeEmpty();
    }

    [Fact]
    public async Task Afterwards_no_journal_old_data_or_table_file_is_left()
    {
        var backup = await scene.BackUpAsync();

        await scene.RestoreAsync(backup.Name);

        scene.Cluster.Hosts.ShouldAllBe(h => h.Journals.Count == 0);
        scene.Cluster.Disks.ShouldNotContain("_aside_");
        scene.Cluster.Disks.ShouldNotContain("/data/meta/__");
    }

    [Fact]
    public async Task Daemons_stop_from_the_outside_in_and_start_from_the_inside_out()
    {
        var backup = await scene.BackUpAsync();

        await scene.RestoreAsync(backup.Name);

        var order = scene.Gate.Calls.Where(c => c.Contains(" start ") || c.Contains(" stop ") || c.StartsWith("restoreMeta", StringComparison.Ordinal)).Select(c => string.Join(' ', c.Split(' ')[^2..])).Distinct().ToList();
        order.ShouldBe(["stop Graph", "stop Storage", "stop Meta", "start Meta", "restoreMeta n1:9559", "start Storage", "start Graph"]);
    }

    [Fact]
    public async Task Every_metad_gets_the_same_tables_and_pairs()
    {
        var three = new Scene(metads: 3);
        var before = three.Cluster.Data;
        var backup = await three.BackUpAsync();
        three.Cluster.Fill("v2");

        await three.RestoreAsync(backup.Name);

        three.Cluster.Data.ShouldBe(before);
        three.Gate.Calls.Count(c => c.StartsWith("restoreMeta", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task Another_cluster_gets_the_data_under_its_own_names()
    {
        var backup = await scene.BackUpAsync();
        var other = new FakeCluster(scene.Store, scene.Gate, prefix: "m");

        await scene.RestoreAsync(other, backup.Name);

        other.MetaService.RestoredPairs.Select(p => $"{p.FromHost.Host}→{p.ToHost.Host}").ShouldBe(["n1→m1", "n2→m2", "n3→m3"], ignoreOrder: true);
        other.Hosts[1].Disk.Text("/srv/m2/data/storage2/nebula/2/data/000009.sst").ShouldNotBeNull().ShouldStartWith("v1 n2 /srv/n2/data/storage2");
        other.AllRun.ShouldBeTrue();
    }

    [Fact]
    public async Task An_unknown_backup_is_refused_and_nothing_is_stopped()
    {
        var failure = await Should.ThrowAsync<RestoreRefusedException>(() => scene.RestoreAsync(BackupName.Parse("BACKUP_2020_01_01_00_00_00")));

        failure.Message.ShouldContain("no complete backup");
        scene.Cluster.AllRun.ShouldBeTrue();
    }

    [Theory]
    [InlineData("data/n2:9779/data1/2/data/000009.sst")]
    [InlineData("meta/__index__.sst")]
    public async Task A_backup_with_a_missing_object_is_refused_and_nothing_is_stopped(string path)
    {
        var backup = await scene.BackUpAsync();
        await scene.Objects.DeleteAsync([$"{backup.Name}/{path}"], CancellationToken.None);

        var failure = await Should.ThrowAsync<RestoreRefusedException>(() => scene.RestoreAsync(backup.Name));

        failure.Message.ShouldContain($"{path} is missing");
        scene.Gate.Calls.ShouldNotContain(c => c.Contains(" stop "));
    }

    [Fact]
    public async Task A_damaged_object_rolls_the_restore_back()
    {
        var backup = await scene.BackUpAsync();
        var path = $"{backup.Name}/data/n2:9779/data1/2/data/000009.sst";
        var size = (await scene.Objects.StatAsync(path, CancellationToken.None))!.Size;
        await scene.Objects.PutAsync(path, new MemoryStream(new byte[size]), PutCondition.Overwrite, CancellationToken.None);
        scene.Cluster.Fill("v2");
        var before = scene.Cluster.Disks;

        var failure = await Should.ThrowAsync<RestoreFailedException>(() => scene.RestoreAsync(backup.Name));

        failure.Message.ShouldContain("while downloading");
        failure.Message.ShouldContain("The old data is back");
        scene.Cluster.Disks.ShouldBe(before);
        scene.Cluster.AllRun.ShouldBeTrue();
    }

    [Fact]
    public async Task Tables_that_metad_refuses_roll_the_restore_back()
    {
        var backup = await scene.BackUpAsync();
        scene.Cluster.Fill("v2");
        var before = scene.Cluster.Disks;
        scene.Cluster.MetaService.RefusesTables = true;

        var failure = await Should.ThrowAsync<RestoreFailedException>(() => scene.RestoreAsync(backup.Name));

        failure.Message.ShouldContain("E_RESTORE_FAILURE");
        scene.Cluster.Disks.ShouldBe(before);
    }

    [Fact]
    public async Task Too_little_room_is_noticed_before_anything_is_stopped()
    {
        var backup = await scene.BackUpAsync();
        scene.Cluster.FreeBytes = 100;

        var failure = await Should.ThrowAsync<RestoreRefusedException>(() => scene.RestoreAsync(backup.Name));

        failure.Message.ShouldContain("Not enough room");
        scene.Cluster.AllRun.ShouldBeTrue();
    }

    [Fact]
    public async Task An_open_journal_is_noticed_before_anything_is_stopped()
    {
        var backup = await scene.BackUpAsync();
        scene.Cluster.Hosts[1].Journals["restore-old"] = [];

        var failure = await Should.ThrowAsync<RestoreRefusedException>(() => scene.RestoreAsync(backup.Name));

        failure.Message.ShouldContain("br restore rollback --agents n1:8888,n2:8888,n3:8888");
        scene.Cluster.AllRun.ShouldBeTrue();
    }
}
