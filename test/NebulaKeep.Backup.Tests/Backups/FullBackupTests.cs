using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Tests.Backups;

public sealed class FullBackupTests
{
    readonly Scene scene = new();

    [Fact]
    public async Task A_backup_holds_every_checkpoint_and_table_in_nebula_brs_layout()
    {
        var result = await scene.BackUpAsync();

        var keys = await scene.KeysAsync();
        keys.ShouldContain($"{result.Name}/{result.Name}.meta");
        keys.ShouldContain($"{result.Name}/manifest.json");
        keys.ShouldContain($"{result.Name}/meta/__spaces__.sst");
        keys.ShouldContain($"{result.Name}/data/n2:9779/data1/2/data/000009.sst");
        keys.ShouldContain($"{result.Name}/data/n3:9779/data0/1/wal/1/0000000000000000001.wal");
        keys.Count.ShouldBe(3 + (4 * 2 * 4) + 2);
    }

    [Fact]
    public async Task The_manifest_says_what_lies_where()
    {
        var result = await scene.BackUpAsync();

        var manifest = (await new ManifestReader(scene.Objects).ReadAsync(result.Name, CancellationToken.None)).ShouldNotBeNull();
        manifest.Totals.Files.ShouldBe(35);
        manifest.Totals.OwnBytes.ShouldBe(manifest.Totals.Bytes);
        manifest.Hosts.Select(h => h.Address).ShouldBe(["n1:9779", "n2:9779", "n3:9779"]);
        manifest.Hosts[1].DataPaths.ShouldBe(["/srv/n2/data/storage", "/srv/n2/data/storage2"]);
        manifest.Hosts[1].Checkpoints.Single(c => c is { Space: 2, Directory: "data1" }).DataPath.ShouldBe("/srv/n2/data/storage2");
        manifest.Hosts[0].Checkpoints[0].Leaders.ShouldBe([new ManifestLeader(1, 7, 1)]);
        manifest.Spaces.Select(s => (s.Id, s.Name, s.Partitions, s.VidType)).ShouldBe([(1, "people", 3, "FIXED_STRING(8)"), (2, "items", 2, "FIXED_STRING(8)")]);
        manifest.Cluster.NebulaVersion.ShouldBe("46b2aac66");
        manifest.Files!.ShouldAllBe(f => f.Inode > 0 && f.Sha256.Length == 64);
    }

    [Fact]
    public async Task Afterwards_writes_are_open_and_no_checkpoint_lease_or_claim_is_left()
    {
        scene.Cluster.MetaService.DropLeavesFiles = true;

        await scene.BackUpAsync();

        scene.Cluster.WritesOpen.ShouldBeTrue();
        scene.Cluster.MetaService.Snapshots.ShouldBeEmpty();
        scene.Cluster.HasCheckpointFiles.ShouldBeFalse();
        (await scene.KeysAsync()).ShouldAllBe(k => k.StartsWith("BACKUP_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_manifest_is_the_last_thing_written()
    {
        await scene.BackUpAsync();

        var puts = scene.Gate.Calls.Where(c => c.StartsWith("store put BACKUP_", StringComparison.Ordinal)).ToList();
        puts[^1].ShouldEndWith("/manifest.json");
        puts[^2].ShouldEndWith(".meta");
    }

    [Fact]
    public async Task Progress_ends_with_everything_sent()
    {
        var result = await scene.BackUpAsync();

        scene.Observer.Names.ShouldBe([result.Name.Value]);
        scene.Observer.Last.BytesDone.ShouldBe(result.Manifest.Totals.Bytes);
        scene.Observer.Last.Percent.ShouldBe(100);
        scene.Observer.Ended.ShouldBe(scene.Observer.Started);
    }

    [Fact]
    public async Task Two_backups_after_one_another_have_two_names()
    {
        var first = await scene.BackUpAsync();
        var second = await scene.BackUpAsync();

        second.Name.ShouldNotBe(first.Name);
        (await scene.KeysAsync()).Count(k => k.EndsWith("/manifest.json", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task With_three_metads_the_tables_come_from_the_one_that_exported_them()
    {
        var three = new Scene(metads: 3);

        var result = await three.BackUpAsync();

        result.Manifest.Cluster.Metads.ShouldBe(["n1:9559", "n2:9559", "n3:9559"]);
        (await three.KeysAsync()).ShouldContain($"{result.Name}/meta/__index__.sst");
    }

    [Fact]
    public async Task A_manifest_names_the_name_of_the_run_that_claimed_it()
    {
        await scene.Objects.PutAsync("BACKUP_2026_11_22_08_00_00/data/x", new MemoryStream([1]), ObjectStore.PutCondition.CreateOnly, CancellationToken.None);

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        failure.Message.ShouldContain("already holds a BACKUP_2026_11_22_08_00_00");
        (await scene.KeysAsync()).ShouldBe(["BACKUP_2026_11_22_08_00_00/data/x"]);
        scene.Cluster.MetaService.Snapshots.ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_the_spaces_asked_for_must_exist()
    {
        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync(new BackupRequest { CreatedBy = "test", Spaces = ["people", "nothing"] }));

        failure.Message.ShouldContain("no space nothing");
        scene.Gate.Calls.ShouldNotContain("createBackup");
    }
}
