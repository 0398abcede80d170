using NebulaKeep.Backup.Catalog;
using NebulaKeep.Backup.Cleanup;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Retention;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Backup.Tests.Restores;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.Testing;

namespace NebulaKeep.Backup.Tests.Retention;

public sealed class PrunerTests
{
    static readonly LeaseHolder Self = new("test", "here", 1, DateTimeOffset.UnixEpoch, "");
    readonly FakeTimeProvider clock = new();
    readonly MemoryObjectStore store;

    public PrunerTests() => store = new MemoryObjectStore(clock);

    [Fact]
    public async Task Backups_that_no_rule_keeps_go_with_all_their_objects()
    {
        var names = await FullsAsync(4);

        var result = await PruneAsync(new RetentionPolicy { Last = 2 });

        result.Removed.ShouldBe([names[1], names[0]]);
        (await store.ObjectsAsync()).Select(o => o.Key.Split('/')[0]).Distinct().ShouldBe([names[2].Value, names[3].Value]);
    }

    [Fact]
    public async Task A_dry_run_explains_everything_and_writes_nothing()
    {
        var names = await FullsAsync(3);
        var before = await store.ObjectsAsync();

        var result = await PruneAsync(new RetentionPolicy { Last = 1 }, dryRun: true);

        result.Decisions.Select(d => (d.Name, d.Keep)).ShouldBe([(names[2].Value, true), (names[1].Value, false), (names[0].Value, false)]);
        result.Decisions.ShouldAllBe(d => d.Reasons.Count > 0);
        (await store.ObjectsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task What_kept_backups_use_stays_and_goes_with_its_last_user()
    {
        var (first, second, third) = await ChainAsync();
        await PruneAsync(new RetentionPolicy { Last = 1 });

        (await StatesAsync()).ShouldBe([(first, BackupState.Remains), (second, BackupState.Remains), (third, BackupState.Complete)]);
        await WholeAsync(third);

        await FullsAsync(1);
        await PruneAsync(new RetentionPolicy { Last = 1 });
        (await StatesAsync()).Select(s => s.State).ShouldBe([BackupState.Complete]);
        (await store.ObjectsAsync(".nebulakeep/")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_prune_that_stops_at_any_call_leaves_whole_backups_and_the_next_one_ends_it()
    {
        for (var k = 1; ; k++)
        {
            var tests = new PrunerTests();
            var (_, _, third) = await tests.ChainAsync();
            await tests.FullsAsync(1);
            var gate = new Gate { Before = Scene.FailAt(k) };
            var failure = await Record.ExceptionAsync(() => tests.PruneAsync(new RetentionPolicy { Last = 2 }, through: new GatedStore(tests.store, gate)));

            await tests.WholeAsync(third);
            await tests.PruneAsync(new RetentionPolicy { Last = 2 });
            (await tests.StatesAsync()).Count(s => s.State == BackupState.Complete).ShouldBe(2, $"call {k}");
            (await tests.store.ObjectsAsync(".nebulakeep/")).Select(o => o.Key).ShouldAllBe(key => key.StartsWith(".nebulakeep/removing/"), $"call {k}");
            if (failure is null)
            {
                k.ShouldBeGreaterThan(20);
                return;
            }
        }
    }

    [Fact]
    public async Task A_manifest_that_cannot_be_read_stops_everything_and_is_named()
    {
        var names = await FullsAsync(3);
        await store.ReplaceAsync($"{names[1]}/manifest.json", [1, 2, 3]);
        var before = await store.ObjectsAsync();

        (await Should.ThrowAsync<CleanupRefusedException>(() => PruneAsync(new RetentionPolicy { Last = 1 }))).Message.ShouldContain(names[1].Value);

        (await store.ObjectsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Each_cluster_keeps_its_own_newest()
    {
        var one = await FullsAsync(2, key: "1111111111111111");
        var other = await FullsAsync(2, key: "2222222222222222");

        (await PruneAsync(new RetentionPolicy { Last = 0 })).Removed.ShouldBe([one[0], other[0]], ignoreOrder: true);
        (await PruneAsync(new RetentionPolicy { Last = 0 }, force: true)).Removed.ShouldBe([one[1], other[1]], ignoreOrder: true);
        (await store.ObjectsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_incremental_ties_a_cluster_whose_hosts_changed_together()
    {
        var (full, _) = (await FullAsync("1111111111111111"), 0);
        await new WrittenBackups(store).WriteAsync(NextName(), WrittenBackups.Contents(new Random(1), 3), full, "3333333333333333", clock.GetUtcNow());

        (await PruneAsync(new RetentionPolicy { Last = 1 })).Removed.Select(r => r.Value).ShouldBe([full.Name]);
    }

    [Fact]
    public async Task A_pinned_backup_stays_and_goes_when_it_is_unpinned()
    {
        var names = await FullsAsync(3);
        await Pins.PinAsync(store, names[0], Self, CancellationToken.None);

        (await PruneAsync(new RetentionPolicy { Last = 1 })).Removed.ShouldBe([names[1]]);
        (await Pins.UnpinAsync(store, names[0], CancellationToken.None)).ShouldBeTrue();
        (await PruneAsync(new RetentionPolicy { Last = 1 })).Removed.ShouldBe([names[0]]);
    }

    [Fact]
    public async Task Only_complete_backups_can_be_pinned()
    {
        await Should.ThrowAsync<PinRefusedException>(() => Pins.PinAsync(store, NextName(), Self, CancellationToken.None));

        (await store.ObjectsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_killed_run_left_stays_for_a_day_and_then_goes()
    {
        await FullsAsync(1);
        var name = NextName();
        await NameClaim.TakeAsync(store, name, RunClaim.Of(Self with { ClusterKey = "k" }), CancellationToken.None);
        await store.ReplaceAsync($"{name}/data/x", [1]);
        clock.Advance(TimeSpan.FromHours(23));

        (await PruneAsync(new RetentionPolicy { Last = 1 })).Notes.ShouldHaveSingleItem().ShouldContain("it stays");
        clock.Advance(TimeSpan.FromHours(2));
        (await PruneAsync(new RetentionPolicy { Last = 1 })).Swept.ShouldBe([name]);
        (await store.ObjectsAsync($"{name}/")).ShouldBeEmpty();
        (await store.ObjectsAsync(".nebulakeep/")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_run_that_holds_its_lease_is_not_disturbed_however_long_it_takes()
    {
        await FullsAsync(1);
        var name = NextName();
        await NameClaim.TakeAsync(store, name, RunClaim.Of(Self with { ClusterKey = "k" }), CancellationToken.None);
        await store.ReplaceAsync($"{name}/data/x", [1]);
        clock.Advance(TimeSpan.FromDays(3));
        await using var lease = await ClusterLease.AcquireAsync(store, "k", Self, LeaseTimes.Default, clock, new Random(9), CancellationToken.None);

        (await PruneAsync(new RetentionPolicy { Last = 1 })).Notes.ShouldHaveSingleItem().ShouldContain("is being written");

        (await store.ObjectsAsync($"{name}/")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_an_unfinished_run_may_use_is_kept_and_the_reason_told()
    {
        var names = await FullsAsync(3);
        await NameClaim.TakeAsync(store, NextName(), RunClaim.Of(Self with { ClusterKey = "k" }) with { Chain = [names[0].Value] }, CancellationToken.None);

        var result = await PruneAsync(new RetentionPolicy { Last = 1 });

        result.Removed.ShouldBe([names[1]]);
        result.Decisions.Single(d => d.Name == names[0].Value).Reasons.ShouldHaveSingleItem().ShouldContain("may be used by");
        await WholeAsync(names[0]);
    }

    [Fact]
    public async Task Backups_of_nebula_br_are_left_alone()
    {
        using var golden = await GoldenBackup.UnpackAsync();

        var result = await PruneAsync(new RetentionPolicy { Last = 0 }, force: true, through: golden.Store);

        result.Removed.ShouldBeEmpty();
        result.Decisions.Count.ShouldBe(2);
        result.Decisions.ShouldAllBe(d => d.Keep);
    }

    async Task<(BackupName First, BackupName Second, BackupName Third)> ChainAsync()
    {
        var contents = Enumerable.Range(0, 6).ToDictionary(i => $"data/n1:9779/data0/1/data/{i:000000}.sst", i => new[] { (byte)i });
        var first = (await new WrittenBackups(store).WriteAsync(NextName(), contents, created: clock.GetUtcNow()))!;
        contents["data/n1:9779/data0/1/data/000000.sst"] = [100];
        contents["data/n1:9779/data0/1/data/000001.sst"] = [101];
        var second = (await new WrittenBackups(store).WriteAsync(NextName(), contents, first, created: clock.GetUtcNow()))!;
        contents["data/n1:9779/data0/1/data/000000.sst"] = [102];
        var third = (await new WrittenBackups(store).WriteAsync(NextName(), contents, second, created: clock.GetUtcNow()))!;
        return (BackupName.Parse(first.Name), BackupName.Parse(second.Name), BackupName.Parse(third.Name));
    }

    async Task<List<BackupName>> FullsAsync(int count, string key = WrittenBackups.Key)
    {
        var names = new List<BackupName>();
        for (var i = 0; i < count; i++) names.Add(BackupName.Parse((await FullAsync(key)).Name));
        return names;
    }

    async Task<BackupManifest> FullAsync(string key)
    {
        var name = NextName();
        return (await new WrittenBackups(store).WriteAsync(name, WrittenBackups.Contents(new Random(name.GetHashCode()), 3), null, key, clock.GetUtcNow()))!;
    }

    BackupName NextName()
    {
        clock.Advance(TimeSpan.FromMinutes(10));
        return BackupName.At(clock.GetUtcNow());
    }

    async Task<List<(BackupName Name, BackupState State)>> StatesAsync() =>
        [.. (await new BackupCatalog(store).ListAsync(CancellationToken.None)).Select(e => (BackupName.Parse(e.Name), e.State))];

    async Task WholeAsync(BackupName name)
    {
        var reader = new ManifestReader(store);
        var manifest = (await reader.ReadAsync(name, CancellationToken.None)).ShouldNotBeNull();
        foreach (var file in manifest.Files!) (await store.StatAsync(file.KeyIn(name), CancellationToken.None)).ShouldNotBeNull();
    }

    Task<PruneResult> PruneAsync(RetentionPolicy policy, bool dryRun = false, bool force = false, IObjectStore? through = null) =>
        new Pruner(through ?? store, LeaseTimes.Default, clock, new Random(4), new RecordingObserver())
            .RunAsync(new PruneRequest { Policy = policy, DryRun = dryRun, Force = force, Zone = TimeZoneInfo.Utc, Self = Self }, CancellationToken.None);
}
