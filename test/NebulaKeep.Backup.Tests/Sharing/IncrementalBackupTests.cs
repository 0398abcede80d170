using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Cleanup;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Tests.Sharing;

public sealed class IncrementalBackupTests
{
    const string Sst = "/srv/n2/data/storage/nebula/1/data/000009.sst";
    readonly Scene scene = new();

    [Fact]
    public async Task Only_what_changed_is_sent_and_read()
    {
        var full = await scene.BackUpAsync();
        scene.Cluster.Hosts[1].Disk.Write(Sst, "changed");
        Forget();

        var incremental = await scene.BackUpOnAsync(full.Name);

        scene.Cluster.Sent.Lines.ShouldBe([$"{incremental.Name}/data/n2:9779/data0/1/data/000009.sst"]);
        scene.Cluster.Hashed.Lines.ShouldAllBe(f => f.EndsWith("/CURRENT", StringComparison.Ordinal) || f.Contains("/MANIFEST-") || f.Contains("/data/meta/"), "hard links are not read");
        incremental.Manifest.Totals.OwnFiles.ShouldBe(1);
        incremental.Manifest.Totals.Files.ShouldBe(full.Manifest.Totals.Files);
    }

    [Fact]
    public async Task The_manifest_names_base_chain_and_mode()
    {
        var full = await scene.BackUpAsync();

        var manifest = (await scene.BackUpOnAsync(full.Name)).Manifest;

        (manifest.Type, manifest.Mode, manifest.Base).ShouldBe((BackupType.Incremental, "share", full.Name.Value));
        manifest.Chain.ShouldBe([full.Name.Value]);
        manifest.Files!.ShouldAllBe(f => f.In == full.Name.Value && f.At == null);
    }

    [Fact]
    public async Task A_restore_assembles_the_files_of_all_directories()
    {
        var full = await scene.BackUpAsync();
        scene.Cluster.Hosts[1].Disk.Write(Sst, "first change");
        var first = await scene.BackUpOnAsync(full.Name);
        scene.Cluster.Hosts[2].Disk.Write("/srv/n3/data/storage/nebula/2/data/000012.sst", "second change");
        scene.Cluster.Hosts[0].Disk.Remove("/srv/n1/data/storage/nebula/2/data/000009.sst");
        var wanted = scene.Cluster.Data;
        var second = await scene.BackUpOnAsync(first.Name);
        scene.Cluster.Fill("v9");

        await scene.RestoreAsync(second.Name);

        scene.Cluster.Data.ShouldBe(wanted);
        second.Manifest.Chain.ShouldBe([full.Name.Value, first.Name.Value]);
    }

    [Fact]
    public async Task With_checksum_a_forged_inode_and_time_hide_nothing()
    {
        var full = await scene.BackUpAsync();
        var before = scene.Cluster.Hosts[1].Disk[Sst]!;
        scene.Cluster.Hosts[1].Disk.Forge(Sst, [.. before.Reverse()]);
        Forget();

        var incremental = await scene.BackUpOnAsync(full.Name, alwaysHash: true);

        scene.Cluster.Sent.Lines.ShouldBe([$"{incremental.Name}/data/n2:9779/data0/1/data/000009.sst"]);
        scene.Cluster.Hashed.Lines.ShouldContain(f => f.EndsWith("000009.sst", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_restore_equal_files_are_shared_by_content_and_the_same_wal_name_with_other_content_is_sent()
    {
        var full = await scene.BackUpAsync();
        await scene.RestoreAsync(full.Name);
        const string Wal = "/srv/n1/data/storage/nebula/1/wal/1/0000000000000000001.wal";
        var old = scene.Cluster.Hosts[0].Disk[Wal]!;
        scene.Cluster.Hosts[0].Disk.Write(Wal, [.. old.Reverse()]);
        Forget();

        var incremental = await scene.BackUpOnAsync(full.Name);

        scene.Cluster.Sent.Lines.ShouldBe([$"{incremental.Name}/data/n1:9779/data0/1/wal/1/0000000000000000001.wal"]);
    }

    [Fact]
    public async Task A_file_that_moved_to_another_path_or_host_is_shared_where_it_lies()
    {
        var full = await scene.BackUpAsync();
        var moved = scene.Cluster.Hosts[1].Disk[Sst]!;
        scene.Cluster.Hosts[1].Disk.Remove(Sst);
        scene.Cluster.Hosts[2].Disk.Write("/srv/n3/data/storage/nebula/1/data/000044.sst", moved);
        Forget();

        var incremental = await scene.BackUpOnAsync(full.Name);

        scene.Cluster.Sent.Lines.ShouldBeEmpty();
        var file = incremental.Manifest.Files!.Single(f => f.Path == "data/n3:9779/data0/1/data/000044.sst");
        (file.In, file.At).ShouldBe((full.Name.Value, "data/n2:9779/data0/1/data/000009.sst"));
    }

    [Fact]
    public async Task Latest_is_the_newest_complete_backup_of_this_cluster()
    {
        await scene.BackUpAsync();
        var second = await scene.BackUpOnAsync(null);
        await scene.Objects.PutAsync("BACKUP_2027_01_01_00_00_00/data/x", new MemoryStream([1]), PutCondition.CreateOnly, CancellationToken.None);

        var third = await scene.BackUpOnAsync(null);

        third.Manifest.Base.ShouldBe(second.Name.Value);
    }

    [Fact]
    public async Task Latest_skips_a_damaged_backup_and_says_so()
    {
        var first = await scene.BackUpAsync();
        var second = await scene.BackUpAsync();
        await scene.Objects.DeleteAsync([$"{second.Name}/data/n1:9779/data0/1/data/CURRENT"], CancellationToken.None);

        var third = await scene.BackUpOnAsync(null);

        third.Manifest.Base.ShouldBe(first.Name.Value);
        scene.Observer.Notices.ShouldContain(n => n.Contains($"{second.Name} is not taken as base") && n.Contains("CURRENT is missing"));
    }

    [Fact]
    public async Task What_an_older_backup_of_the_chain_holds_is_shared_too()
    {
        var full = await scene.BackUpAsync();
        var old = scene.Cluster.Hosts[1].Disk[Sst]!;
        scene.Cluster.Hosts[1].Disk.Write(Sst, "changed");
        var first = await scene.BackUpOnAsync(full.Name);
        scene.Cluster.Hosts[1].Disk.Write(Sst, old);
        Forget();

        var second = await scene.BackUpOnAsync(first.Name);

        scene.Cluster.Sent.Lines.ShouldBeEmpty();
        second.Manifest.Files!.Single(f => f.Path == "data/n2:9779/data0/1/data/000009.sst").In.ShouldBe(full.Name.Value);
    }

    [Fact]
    public async Task A_base_of_another_cluster_is_refused_before_writes_are_blocked()
    {
        var other = new Scene();
        var foreign = await new BackupRun(new FakeCluster(scene.Store, scene.Gate, prefix: "m"), scene.Store, Scene.Settings, scene.Times, TimeProvider.System, new Random(1), scene.Observer)
            .RunAsync(new BackupRequest { CreatedBy = "test" }, CancellationToken.None);

        await RefusedAsync(foreign.Name, "is of another cluster (metad m1:9559");
        other.Gate.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_base_that_is_not_in_the_store_is_refused_before_writes_are_blocked() =>
        await RefusedAsync(BackupName.Parse("BACKUP_2020_01_01_00_00_00"), "must lie in the same store");

    [Fact]
    public async Task A_base_without_manifest_is_refused_before_writes_are_blocked()
    {
        var full = await scene.BackUpAsync();
        await scene.Objects.DeleteAsync([BackupLayout.Manifest(full.Name)], CancellationToken.None);

        await RefusedAsync(full.Name, "has no manifest: nebula-br made it");
    }

    [Fact]
    public async Task A_base_that_is_still_written_is_refused_before_writes_are_blocked()
    {
        var name = BackupName.Parse("BACKUP_2026_11_22_07_00_00");
        await NameClaim.TakeAsync(scene.Objects, name, RunClaim.Of(new LeaseHolder("br", "host", 7, DateTimeOffset.UnixEpoch, "k")), CancellationToken.None);

        await RefusedAsync(name, "is not complete: br on host (process 7) writes it");
    }

    [Theory]
    [InlineData("data/n2:9779/data1/2/data/000009.sst", false, "000009.sst is missing")]
    [InlineData("meta/__index__.sst", true, "has 3 bytes instead of")]
    [InlineData("manifest.json", true, "is damaged")]
    public async Task A_damaged_base_is_refused_before_writes_are_blocked(string path, bool replaced, string says)
    {
        var full = await scene.BackUpAsync();
        if (replaced) await scene.Objects.PutAsync($"{full.Name}/{path}", new MemoryStream([1, 2, 3]), PutCondition.Overwrite, CancellationToken.None);
        else await scene.Objects.DeleteAsync([$"{full.Name}/{path}"], CancellationToken.None);

        await RefusedAsync(full.Name, says);
    }

    [Fact]
    public async Task Latest_without_any_backup_says_to_make_a_full_one() => await RefusedAsync(null, "Make one with 'br backup full' first");

    [Fact]
    public async Task A_base_that_is_removed_while_the_incremental_begins_fails_it_cleanly()
    {
        var full = await scene.BackUpAsync();
        scene.Gate.Before = (_, call) =>
        {
            if (call.StartsWith("store put .nebulakeep/running/", StringComparison.Ordinal)) scene.Objects.DeleteAsync([BackupLayout.Manifest(full.Name)], CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
        };

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpOnAsync(full.Name));

        failure.Message.ShouldContain("was removed while this backup began");
        (await scene.KeysAsync()).ShouldAllBe(k => k.StartsWith($"{full.Name}/", StringComparison.Ordinal));
        scene.Cluster.MetaService.Snapshots.ShouldBeEmpty();
    }

    [Fact]
    public async Task While_it_runs_its_claim_names_what_it_may_refer_to()
    {
        var full = await scene.BackUpAsync();
        string? user = null;
        scene.Gate.Before = (_, call) =>
        {
            if (call.StartsWith("n1 inventory", StringComparison.Ordinal)) user = ClaimedChains.ReadAsync(scene.Objects, CancellationToken.None).GetAwaiter().GetResult().UserOf(full.Name.Value);
        };

        var incremental = await scene.BackUpOnAsync(full.Name);

        user.ShouldBe(incremental.Name.Value);
        (await ClaimedChains.ReadAsync(scene.Objects, CancellationToken.None)).UserOf(full.Name.Value).ShouldBeNull();
    }

    [Fact]
    public async Task A_shared_object_that_vanishes_fails_the_incremental_before_its_manifest_is_written()
    {
        var full = await scene.BackUpAsync();
        scene.Gate.Before = (_, call) =>
        {
            if (call.StartsWith("n1 inventory", StringComparison.Ordinal)) scene.Objects.DeleteAsync([$"{full.Name}/data/n3:9779/data0/1/data/000009.sst"], CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
        };

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpOnAsync(full.Name));

        failure.Message.ShouldContain("no longer holds what this backup shares with others");
        (await scene.KeysAsync()).ShouldNotContain(k => k.StartsWith($"{failure.Name}/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_agent_that_claims_to_have_kept_unknown_bytes_fails_the_incremental()
    {
        var full = await scene.BackUpAsync();
        scene.Cluster.Hosts[1].Disk.Write(Sst, "changed");
        scene.Cluster.Tamper = result => new Rpc.AgentV1.FileResult(result) { Kept = true };

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpOnAsync(full.Name));

        failure.Message.ShouldContain("no backup is known to hold those bytes");
    }

    async Task RefusedAsync(BackupName? baseName, string says)
    {
        var before = scene.Gate.Calls.Count(c => c == "createBackup");

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpOnAsync(baseName));

        failure.Message.ShouldContain(says);
        failure.Message.ShouldContain("while checking the base");
        scene.Gate.Calls.Count(c => c == "createBackup").ShouldBe(before);
    }

    void Forget()
    {
        scene.Cluster.Sent.Clear();
        scene.Cluster.Hashed.Clear();
    }
}
