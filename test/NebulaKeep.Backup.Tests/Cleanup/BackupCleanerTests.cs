using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Cleanup;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Retention;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Tests.Cleanup;

public sealed class BackupCleanerTests
{
    static readonly LeaseHolder Self = new("test", "here", 1, DateTimeOffset.UnixEpoch, "");
    readonly Scene scene = new();

    [Fact]
    public async Task A_backup_is_removed_whole_manifest_first()
    {
        var gone = await scene.BackUpAsync();
        var kept = await scene.BackUpAsync();
        var before = scene.Gate.Calls.Count;

        var result = await CleanAsync(gone.Name);

        result.Objects.ShouldBe(35); // manifest and .meta went before
        (await scene.KeysAsync()).ShouldAllBe(k => k.StartsWith($"{kept.Name}/", StringComparison.Ordinal));
        scene.Gate.Calls.Skip(before).Count(c => c == "store delete").ShouldBe(5); // manifest, .meta, objects, mark, claim
    }

    [Fact]
    public async Task A_crash_at_any_call_leaves_a_whole_backup_or_debris_that_can_be_removed()
    {
        var name = (await scene.BackUpAsync()).Name;
        var before = scene.Gate.Calls.Count;
        await CleanAsync(name);
        var calls = scene.Gate.Calls.Count - before;
        for (var k = 1; k <= calls; k++)
        {
            var one = new Scene();
            await one.BackUpAsync();
            one.Gate.Before = Scene.FailAt(one.Gate.Calls.Count + k);
            await Record.ExceptionAsync(() => CleanAsync(one, name));
            one.Gate.Before = (_, _) => { };

            var whole = await one.HasManifestAsync();
            if (whole) (await one.KeysAsync()).Count(key => key.StartsWith($"{name}/", StringComparison.Ordinal)).ShouldBe(37, $"call {k}");
            if ((await one.KeysAsync()).Count > 0) await CleanAsync(one, name);
            (await one.KeysAsync()).ShouldBeEmpty($"call {k}");
        }
    }

    [Fact]
    public async Task What_others_use_stays_until_the_last_of_them_goes()
    {
        var full = await scene.BackUpAsync();
        var incremental = await WriteIncrementalAsync(scene, full);

        (await CleanAsync(full.Name)).Kept.ShouldBe(1);
        (await scene.KeysAsync()).Where(k => k.StartsWith($"{full.Name}/", StringComparison.Ordinal)).ShouldBe([$"{full.Name}/meta/__index__.sst"]);

        await CleanAsync(BackupName.Parse(incremental));
        (await scene.KeysAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_base_and_its_user_removed_at_the_same_time_leave_nothing(bool baseFirst)
    {
        int interleaved = 0;
        for (var k = 1; ; k++)
        {
            var one = new Scene();
            var full = await one.BackUpAsync();
            var incremental = BackupName.Parse(await WriteIncrementalAsync(one, full));
            var (outer, inner) = baseFirst ? (full.Name, incremental) : (incremental, full.Name);
            var (at, ran) = (one.Gate.Calls.Count + k, false);
            one.Gate.Before = (number, _) =>
            {
                if (number != at) return;
                ran = true;
                CleanAsync(one, inner).GetAwaiter().GetResult();      // nothing in it waits: the store is in memory
            };

            await CleanAsync(one, outer);

            if (!ran) break;
            (await one.KeysAsync()).ShouldBeEmpty($"{inner} inside {outer} at call {k}");
            interleaved++;
        }

        interleaved.ShouldBeGreaterThan(15);
    }

    [Fact]
    public async Task The_newest_of_a_cluster_goes_only_by_force()
    {
        var newest = await scene.BackUpAsync();

        (await Should.ThrowAsync<CleanupRefusedException>(() => CleanAsync(newest.Name, force: false))).Message.ShouldContain("newest complete backup");

        (await scene.HasManifestAsync()).ShouldBeTrue();
        await CleanAsync(newest.Name, force: true);
        (await scene.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pinned_backup_goes_only_by_force()
    {
        var pinned = await scene.BackUpAsync();
        await scene.BackUpAsync();
        await Pins.PinAsync(scene.Objects, pinned.Name, Self, CancellationToken.None);

        (await Should.ThrowAsync<CleanupRefusedException>(() => CleanAsync(pinned.Name, force: false))).Message.ShouldContain("pinned");
        await Pins.UnpinAsync(scene.Objects, pinned.Name, CancellationToken.None);
        await CleanAsync(pinned.Name, force: false);
    }

    [Fact]
    public async Task What_an_unfinished_run_may_use_is_not_removed()
    {
        var full = await scene.BackUpAsync();
        await NameClaim.TakeAsync(scene.Objects, BackupName.Parse("BACKUP_2026_11_23_08_00_00"), RunClaim.Of(Self with { ClusterKey = "key" }) with { Chain = [full.Name.Value] }, CancellationToken.None);

        (await Should.ThrowAsync<CleanupRefusedException>(() => CleanAsync(full.Name))).Message.ShouldContain("BACKUP_2026_11_23_08_00_00");
        (await scene.HasManifestAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Another_manifest_that_cannot_be_read_stops_the_removal()
    {
        var full = await scene.BackUpAsync();
        await scene.Objects.PutAsync("BACKUP_2026_12_01_00_00_00/manifest.json", new MemoryStream([1]), PutCondition.Overwrite, CancellationToken.None);

        (await Should.ThrowAsync<CleanupRefusedException>(() => CleanAsync(full.Name))).Message.ShouldContain("cannot be told");
        (await scene.HasManifestAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Siblings_whose_name_begins_alike_are_not_touched()
    {
        var full = await scene.BackUpAsync();
        await scene.Objects.PutAsync($"{full.Name}_copy/x", new MemoryStream([1]), PutCondition.Overwrite, CancellationToken.None);

        await CleanAsync(full.Name);

        (await scene.KeysAsync()).ShouldBe([$"{full.Name}_copy/x"]);
    }

    [Fact]
    public async Task What_does_not_exist_is_an_error() =>
        await Should.ThrowAsync<NothingToCleanException>(() => CleanAsync(BackupName.Parse("BACKUP_2020_01_01_00_00_00")));

    [Fact]
    public async Task A_running_backup_is_refused()
    {
        var name = BackupName.Parse("BACKUP_2026_11_22_08_00_00");
        await using var lease = await ClusterLease.AcquireAsync(scene.Objects, "key", Self, LeaseTimes.Default, TimeProvider.System, new Random(7), CancellationToken.None);
        await NameClaim.TakeAsync(scene.Objects, name, RunClaim.Of(Self with { ClusterKey = "key" }), CancellationToken.None);

        (await Should.ThrowAsync<CleanupRefusedException>(() => CleanAsync(name))).Message.ShouldContain("is being written");
    }

    [Fact]
    public async Task What_a_killed_run_claimed_is_removed_with_its_claim()
    {
        var name = BackupName.Parse("BACKUP_2026_11_22_08_00_00");
        await NameClaim.TakeAsync(scene.Objects, name, RunClaim.Of(Self with { ClusterKey = "key" }), CancellationToken.None);
        await scene.Objects.PutAsync($"{name}/data/x", new MemoryStream([1]), PutCondition.Overwrite, CancellationToken.None);

        await CleanAsync(name);

        (await scene.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_checkpoint_of_a_killed_run_is_dropped_and_its_writes_opened()
    {
        var name = BackupName.Parse("BACKUP_2026_11_22_08_00_00");
        scene.Cluster.MetaService.Snapshots[name.Value] = SnapshotStatus.INVALID;
        scene.Cluster.Hosts[1].BlockedSpaces.Add(2);

        (await Servers().TryAsync(name, "test", CancellationToken.None)).ShouldBeTrue();

        scene.Cluster.MetaService.Snapshots.ShouldBeEmpty();
        scene.Cluster.WritesOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task The_checkpoint_of_a_running_backup_is_not_touched()
    {
        using var source = new CancellationTokenSource();
        scene.Cluster.MetaService.Fault = CreateBackupFault.Hangs;
        var running = Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync(source.Token));
        await Testing.Eventually.TrueAsync(() => scene.Cluster.MetaService.Snapshots.Count == 1, "createBackup was sent");

        (await Servers().TryAsync(BackupName.Parse("BACKUP_2026_11_22_08_00_00"), "test", CancellationToken.None)).ShouldBeFalse();

        scene.Cluster.MetaService.Snapshots.Count.ShouldBe(1);
        scene.Observer.Notices.ShouldHaveSingleItem().ShouldContain("already running");
        await source.CancelAsync();
        await running;
    }

    ServerCleanup Servers() => new(scene.Cluster, scene.Store, LeaseTimes.Default, TimeProvider.System, new Random(3), scene.Observer);

    Task<CleanupResult> CleanAsync(BackupName name, bool force = true) => CleanAsync(scene, name, force);

    static Task<CleanupResult> CleanAsync(Scene scene, BackupName name, bool force = true) =>
        new BackupCleaner(scene.Store, LeaseTimes.Default, TimeProvider.System, new Random(2)).RemoveAsync(name, force, Self, CancellationToken.None);

    static async Task<string> WriteIncrementalAsync(Scene scene, BackupResult full)
    {
        var shared = full.Manifest.Files!.Single(f => f.Path == "meta/__index__.sst") with { In = full.Name.Value };
        var manifest = full.Manifest with { Name = "BACKUP_2026_11_23_08_00_00", Type = BackupType.Incremental, Mode = "share", Base = full.Name.Value, Chain = [full.Name.Value], Files = null };
        await new ManifestWriter(scene.Objects).WriteAsync(manifest, [shared], CancellationToken.None);
        return manifest.Name;
    }
}
