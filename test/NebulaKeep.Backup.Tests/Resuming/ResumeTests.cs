using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Tests.Resuming;

public sealed class ResumeTests
{
    static readonly BackupRequest Resumable = new() { CreatedBy = "test", Resumable = true };
    readonly Scene scene = new();

    [Fact]
    public async Task A_resumable_run_that_fails_keeps_checkpoint_and_objects_and_opens_writes()
    {
        var failure = await FailAsync("n3:9779/data0/2/data/000009.sst");

        failure.Resumable.ShouldBeTrue();
        failure.Message.ShouldContain($"--resume {failure.Name}");
        scene.Cluster.WritesOpen.ShouldBeTrue();
        scene.Cluster.MetaService.Snapshots.Keys.ShouldBe([failure.Name!.Value.Value]);
        (await scene.KeysAsync()).ShouldContain($"{failure.Name}/data/n1:9779/data0/1/data/CURRENT");
    }

    [Fact]
    public async Task Resuming_sends_only_the_rest_and_completes_the_same_backup()
    {
        var wanted = scene.Cluster.Data;
        var failure = await FailAsync("n3:9779/data0/2/data/000009.sst");
        var before = scene.Cluster.Sent.Lines.ToHashSet();
        scene.Cluster.Sent.Clear();

        var result = await scene.ResumeAsync(failure.Name!.Value);

        result.Name.ShouldBe(failure.Name.Value);
        scene.Cluster.Sent.Lines.ShouldNotContain(key => before.Contains(key));
        result.Manifest.Totals.OwnFiles.ShouldBe(35);
        (await scene.KeysAsync()).ShouldAllBe(k => k.StartsWith($"{result.Name}/", StringComparison.Ordinal));
        scene.Cluster.MetaService.Snapshots.ShouldBeEmpty();
        scene.Cluster.HasCheckpointFiles.ShouldBeFalse();
        scene.Cluster.Fill("v2");
        await scene.RestoreAsync(result.Name);
        scene.Cluster.Data.ShouldBe(wanted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_object_that_the_store_lost_or_shortened_meanwhile_is_sent_again(bool lost)
    {
        var failure = await FailAsync("n3:9779/data0/2/data/000009.sst");
        var key = $"{failure.Name}/data/n1:9779/data0/1/data/000009.sst";
        if (lost) await scene.Objects.DeleteAsync([key], CancellationToken.None);
        else await scene.Objects.PutAsync(key, new MemoryStream([1]), PutCondition.Overwrite, CancellationToken.None);
        scene.Cluster.Sent.Clear();

        await scene.ResumeAsync(failure.Name!.Value);

        scene.Cluster.Sent.Lines.ShouldContain(key);
    }

    [Fact]
    public async Task A_killed_run_is_resumed_with_nearly_all_it_had_sent()
    {
        foreach (var host in scene.Cluster.Storageds)
            for (var i = 0; i < 400; i++) host.Disk.Write($"{host.DataPaths[0]}/nebula/1/data/{100 + i:000000}.sst", new byte[100_000 + i]);
        var killed = await KillAsync(call => call.EndsWith("n3:9779/data0/2/data/000009.sst", StringComparison.Ordinal));
        var sent = scene.Cluster.Sent.Lines;
        var sentBytes = await BytesAsync(sent);
        scene.Cluster.Sent.Clear();

        await scene.ResumeAsync(killed);

        var again = await BytesAsync(scene.Cluster.Sent.Lines.Intersect(sent));
        // How far the other agents had come is chance; what may be forgotten is not.
        sentBytes.ShouldBeGreaterThan(40_000_000);
        again.ShouldBeLessThan(sentBytes * 2 / 64 + (512 << 10) + 3 * 100_400);
    }

    [Fact]
    public async Task A_run_killed_after_its_manifest_only_has_to_be_cleaned_up_after()
    {
        var killed = await KillAsync(call => call.StartsWith("dropSnapshot", StringComparison.Ordinal));
        scene.Cluster.Sent.Clear();

        var result = await scene.ResumeAsync(killed);

        result.Name.ShouldBe(killed);
        scene.Cluster.Sent.Lines.ShouldBeEmpty();
        scene.Cluster.MetaService.Snapshots.ShouldBeEmpty();
        (await scene.KeysAsync()).ShouldAllBe(k => k.StartsWith($"{killed}/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_killed_with_writes_blocked_has_them_opened()
    {
        var killed = await KillAsync(call => call.EndsWith("n3:9779/data0/2/data/000009.sst", StringComparison.Ordinal));
        scene.Cluster.Hosts[1].BlockedSpaces.Add(1);

        await scene.ResumeAsync(killed);

        scene.Cluster.WritesOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task An_incremental_goes_on_with_its_base()
    {
        var full = await scene.BackUpAsync();
        scene.Cluster.Hosts[0].Disk.Write("/srv/n1/data/storage/nebula/1/data/000009.sst", "changed");
        scene.Cluster.Hosts[2].Disk.Write("/srv/n3/data/storage/nebula/2/data/000009.sst", "changed, too");
        var failure = await FailAsync("n3:9779/data0/2/data/000009.sst", Resumable with { Incremental = new IncrementalRequest(full.Name) });

        var result = await scene.ResumeAsync(failure.Name!.Value);

        result.Manifest.Base.ShouldBe(full.Name.Value);
        result.Manifest.Totals.OwnFiles.ShouldBe(2);
    }

    [Fact]
    public async Task Cancelling_at_any_call_of_a_resumed_run_leaves_it_resumable_or_complete()
    {
        await FailAsync("n3:9779/data0/2/data/000009.sst");
        await scene.ResumeAsync(BackupName.Parse("BACKUP_2026_11_22_08_00_00"));
        for (var k = 1; k < 120; k++)
        {
            var cut = new ResumeTests();
            var name = (await cut.FailAsync("n3:9779/data0/2/data/000009.sst")).Name!.Value;
            var done = cut.scene.Gate.Calls.Count;
            using var source = new CancellationTokenSource();
            cut.scene.Gate.Before = Scene.CancelAt(done + k, source);
            var failure = await Record.ExceptionAsync(() => cut.scene.ResumeAsync(name, source.Token));
            cut.scene.Cluster.WritesOpen.ShouldBeTrue($"call {k}");
            cut.scene.Gate.Before = (_, _) => { };
            if (failure is not null) await cut.scene.ResumeAsync(name);
            (await cut.scene.HasManifestAsync()).ShouldBeTrue($"call {k}");
            if (failure is null && cut.scene.Gate.Calls.Count < done + k) return;
        }

        throw new InvalidOperationException("a resumed run makes fewer calls than this");
    }

    [Fact]
    public async Task A_name_that_nothing_is_known_of_is_refused()
    {
        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.ResumeAsync(BackupName.Parse("BACKUP_2020_01_01_00_00_00")));

        failure.Message.ShouldContain("no valid checkpoint of BACKUP_2020_01_01_00_00_00");
    }

    [Fact]
    public async Task A_run_whose_checkpoint_is_gone_is_refused_and_left_alone()
    {
        var failure = await FailAsync("n3:9779/data0/2/data/000009.sst");
        scene.Cluster.MetaService.Snapshots.Clear();
        var keys = await scene.KeysAsync();

        var refused = await Should.ThrowAsync<BackupFailedException>(() => scene.ResumeAsync(failure.Name!.Value));

        refused.Message.ShouldContain($"'br cleanup --name {failure.Name}'");
        (await scene.KeysAsync()).ShouldBe(keys);
    }

    [Fact]
    public async Task A_run_of_another_cluster_is_refused_and_left_alone()
    {
        var failure = await FailAsync("n3:9779/data0/2/data/000009.sst");
        var claim = (await NameClaim.ReadWholeAsync(scene.Objects, failure.Name!.Value, CancellationToken.None))!;
        await NameClaim.TakeOverAsync(scene.Objects, failure.Name.Value, claim with { ClusterKey = "another" }, CancellationToken.None);

        var refused = await Should.ThrowAsync<BackupFailedException>(() => scene.ResumeAsync(failure.Name.Value));

        refused.Message.ShouldContain("of another cluster");
        scene.Cluster.MetaService.Snapshots.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_damaged_journal_only_costs_sending_again()
    {
        var failure = await FailAsync("n3:9779/data0/2/data/000009.sst");
        await scene.Objects.PutAsync($".nebulakeep/running/{failure.Name}/000001.jsonl.gz", new MemoryStream([1, 2, 3]), PutCondition.Overwrite, CancellationToken.None);

        var result = await scene.ResumeAsync(failure.Name!.Value);

        result.Manifest.Totals.OwnFiles.ShouldBe(35);
        scene.Observer.Notices.ShouldContain(n => n.Contains("is sent again: it is damaged"));
    }

    Task<BackupFailedException> FailAsync(string key) => FailAsync(key, Resumable);

    async Task<BackupFailedException> FailAsync(string key, BackupRequest request)
    {
        scene.Gate.Before = (_, call) =>
        {
            if (call.StartsWith("store put BACKUP", StringComparison.Ordinal) && call.EndsWith(key, StringComparison.Ordinal)) throw new ObjectStoreException(StoreFailure.Unavailable, "the store is away");
        };
        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync(request));
        scene.Gate.Before = (_, _) => { };
        return failure;
    }

    /// <summary>As kill -9 does: from the call on, nothing that the run does has an effect.</summary>
    async Task<BackupName> KillAsync(Func<string, bool> at)
    {
        var dead = false;
        scene.Gate.Before = (_, call) =>
        {
            dead |= at(call);
            if (dead) throw new InvalidOperationException("killed");
        };
        var times = scene.Times;
        scene.Times = times with { OpenWrites = TimeSpan.FromMilliseconds(1) };
        await Record.ExceptionAsync(() => scene.BackUpAsync());
        scene.Times = times;
        dead.ShouldBeTrue();
        scene.Gate.Before = (_, _) => { };
        foreach (var key in (await scene.KeysAsync()).Where(k => k.StartsWith(".nebulakeep/lock-", StringComparison.Ordinal))) await scene.Objects.DeleteAsync([key], CancellationToken.None);
        return BackupName.Parse(scene.Observer.Names[0]);
    }

    async Task<long> BytesAsync(IEnumerable<string> keys)
    {
        long bytes = 0;
        foreach (var key in keys) bytes += (await scene.Objects.StatAsync(key, CancellationToken.None))?.Size ?? 0;
        return bytes;
    }
}
