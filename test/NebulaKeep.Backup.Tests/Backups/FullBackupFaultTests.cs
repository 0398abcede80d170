using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.ObjectStore;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Testing;

namespace NebulaKeep.Backup.Tests.Backups;

public sealed class FullBackupFaultTests
{
    readonly Scene scene = new();

    [Fact]
    public async Task An_interruption_at_any_call_leaves_nothing_behind()
    {
        var calls = await CallsOfASuccessAsync();
        for (var k = 1; k <= calls; k++)
        {
            var cut = new Scene();
            using var source = new CancellationTokenSource();
            cut.Gate.Before = Scene.CancelAt(k, source);
            await EndsWholeOrWithNothingAsync(cut, () => cut.BackUpAsync(source.Token), k, interrupted: true);
        }
    }

    [Fact]
    public async Task A_failure_of_any_call_leaves_nothing_behind()
    {
        var calls = await CallsOfASuccessAsync();
        for (var k = 1; k <= calls; k++)
        {
            var failing = new Scene();
            failing.Gate.Before = Scene.FailAt(k);
            await EndsWholeOrWithNothingAsync(failing, () => failing.BackUpAsync(), k, interrupted: false);
        }
    }

    [Fact]
    public async Task A_lost_answer_to_any_call_leaves_nothing_behind()
    {
        var calls = await CallsOfASuccessAsync();
        for (var k = 1; k <= calls; k++)
        {
            var failing = new Scene();
            failing.Gate.After = Scene.FailAt(k);
            await EndsWholeOrWithNothingAsync(failing, () => failing.BackUpAsync(), k, interrupted: false);
        }
    }

    [Fact]
    public async Task An_agent_that_is_just_registering_is_waited_for()
    {
        scene.Cluster.MetaService.LooksBeforeAgents = 3;

        await scene.BackUpAsync();

        scene.Observer.Notices.Count(notice => notice.Contains("agent")).ShouldBe(1);
    }

    [Fact]
    public async Task An_agent_that_never_registers_ends_the_backup_before_anything_is_done()
    {
        scene.Cluster.MetaService.LooksBeforeAgents = int.MaxValue;

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        failure.Message.ShouldContain("a host has no agent");
        await scene.NothingIsLeftAsync("the check failed");
    }

    [Theory]
    [InlineData(CreateBackupFault.BlockWriteFailure, "E_BLOCK_WRITE_FAILURE")]
    [InlineData(CreateBackupFault.RunningJobs, "E_BACKUP_RUNNING_JOBS")]
    [InlineData(CreateBackupFault.DiesAndComesBack, "createBackup")]
    internal async Task A_failing_createBackup_leaves_writes_open_and_no_checkpoint(CreateBackupFault fault, string says)
    {
        scene.Cluster.MetaService.Fault = fault;

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        failure.Message.ShouldContain(says);
        failure.Leftovers.ShouldBeEmpty();
        await scene.NothingIsLeftAsync(fault.ToString());
    }

    [Fact]
    public async Task A_metad_that_dies_for_good_leaves_writes_open_and_is_named()
    {
        scene.Cluster.MetaService.Fault = CreateBackupFault.DiesForGood;

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        scene.Cluster.WritesOpen.ShouldBeTrue();
        failure.Leftovers.ShouldHaveSingleItem().ShouldContain("metad could not be asked");
        (await scene.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hanging_createBackup_is_given_up_after_its_deadline()
    {
        scene.Cluster.MetaService.Fault = CreateBackupFault.Hangs;
        scene.Times = scene.Times with { CreateBackup = TimeSpan.FromMilliseconds(50) };

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        failure.Message.ShouldContain("did not answer createBackup");
        await scene.NothingIsLeftAsync("deadline");
    }

    [Fact]
    public async Task Writes_that_a_hung_storaged_blocks_late_are_opened_by_the_second_look()
    {
        scene.Cluster.MetaService.Fault = CreateBackupFault.DiesAndComesBack;
        var late = false;
        scene.Gate.After = (_, call) =>
        {
            if (call != "blockingWrites False n2" || late) return;
            late = true;
            scene.Cluster.Hosts[1].BlockedSpaces.Add(1);
        };

        await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        late.ShouldBeTrue();
        scene.Cluster.WritesOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task A_storaged_whose_writes_cannot_be_opened_is_named()
    {
        scene.Cluster.MetaService.Fault = CreateBackupFault.DiesAndComesBack;
        scene.Times = scene.Times with { OpenWrites = TimeSpan.FromMilliseconds(30) };
        scene.Gate.Before = (_, call) =>
        {
            if (call == "blockingWrites False n2") throw new PlannedFailure(call);
        };

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        failure.Leftovers.ShouldHaveSingleItem().ShouldContain("Writes may still be blocked on storaged n2:9779");
        scene.Cluster.Hosts[0].BlockedSpaces.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_agent_that_dies_while_uploading_fails_the_backup_and_is_named()
    {
        scene.Gate.Before = (_, call) =>
        {
            if (call.StartsWith("n2 upload", StringComparison.Ordinal)) scene.Cluster.Hosts[1].AgentDead = true;
        };

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        failure.Message.ShouldContain("while uploading: agent n2:8888 is away");
        failure.Leftovers.ShouldHaveSingleItem().ShouldContain("br cleanup --name");
        await scene.NothingIsLeftAsync("dead agent");
    }

    [Theory]
    [InlineData(StoreFailure.Forbidden)]
    [InlineData(StoreFailure.Full)]
    [InlineData(StoreFailure.Unauthenticated)]
    [InlineData(StoreFailure.RootNotFound)]
    [InlineData(StoreFailure.ChecksumMismatch)]
    [InlineData(StoreFailure.Unavailable)]
    [InlineData(StoreFailure.Untrusted)]
    public async Task A_store_that_refuses_an_upload_fails_the_backup(StoreFailure kind)
    {
        scene.Gate.Before = (_, call) =>
        {
            if (call.StartsWith("store put", StringComparison.Ordinal) && call.EndsWith("n3:9779/data0/1/data/000009.sst", StringComparison.Ordinal)) throw new ObjectStoreException(kind, $"refused: {kind}");
        };

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        failure.Message.ShouldContain($"while uploading: refused: {kind}");
        await scene.NothingIsLeftAsync(kind.ToString());
    }

    [Fact]
    public async Task A_store_that_refuses_everything_is_noticed_before_writes_are_blocked()
    {
        scene.Gate.Before = (_, call) =>
        {
            if (call.StartsWith("store put", StringComparison.Ordinal)) throw new ObjectStoreException(StoreFailure.Forbidden, "no");
        };

        await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        scene.Gate.Calls.ShouldNotContain("createBackup");
    }

    [Fact]
    public async Task A_store_that_loses_an_object_fails_the_backup()
    {
        var name = "";
        scene.Gate.Before = (_, call) =>
        {
            if (!call.StartsWith("store list BACKUP_", StringComparison.Ordinal) || name.Length > 0 || !scene.Observer.Started.Contains("verifying")) return;
            name = scene.Observer.Names[0];
            scene.Objects.DeleteAsync([$"{name}/data/n1:9779/data0/1/data/000009.sst"], CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
        };

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        failure.Message.ShouldContain("n1:9779/data0/1/data/000009.sst is missing");
        await scene.NothingIsLeftAsync("lost object");
    }

    [Fact]
    public async Task A_size_that_differs_from_what_the_store_holds_fails_the_backup()
    {
        var done = false;
        scene.Gate.Before = (_, call) =>
        {
            if (done || !scene.Observer.Started.Contains("verifying")) return;
            done = true;
            scene.Objects.PutAsync($"{scene.Observer.Names[0]}/data/n1:9779/data0/1/data/000009.sst", new MemoryStream([1, 2, 3]), PutCondition.Overwrite, CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
        };

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        failure.Message.ShouldContain("has 3 bytes instead of");
        await scene.NothingIsLeftAsync("wrong size");
    }

    [Fact]
    public async Task An_agent_that_reports_a_file_it_was_not_asked_for_fails_the_backup()
    {
        scene.Cluster.Tamper = result => new FileResult(result) { Key = "elsewhere/" + result.Path };

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        failure.Message.ShouldContain("which it was not asked to send");
        await scene.NothingIsLeftAsync("strange key");
    }

    [Theory]
    [InlineData("n3 inventory", "data/CURRENT: the checkpoint is not whole")]
    [InlineData("n3 upload", "data/CURRENT does not exist")]
    public async Task A_checkpoint_file_that_vanishes_fails_the_backup(string before, string says)
    {
        scene.Gate.Before = (_, call) =>
        {
            if (call.StartsWith(before, StringComparison.Ordinal))
                foreach (var file in scene.Cluster.Hosts[2].Disk.Below(scene.Cluster.Hosts[2].Root).Where(f => f.Key.Contains("/checkpoints/") && f.Key.EndsWith("CURRENT", StringComparison.Ordinal)))
                    scene.Cluster.Hosts[2].Disk.Remove(file.Key);
        };

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        failure.Message.ShouldContain(says);
        await scene.NothingIsLeftAsync("vanished file");
    }

    [Fact]
    public async Task A_storaged_that_is_offline_is_noticed_before_writes_are_blocked()
    {
        scene.Cluster.MetaService.Offline.Add(scene.Cluster.Hosts[2].Storage);

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        failure.Message.ShouldContain("storaged n3:9779 is not online");
        scene.Gate.Calls.ShouldNotContain("createBackup");
    }

    [Fact]
    public async Task A_leftover_checkpoint_stops_the_backup_and_is_not_touched()
    {
        scene.Cluster.MetaService.Snapshots["BACKUP_2026_11_22_07_00_00"] = SnapshotStatus.INVALID;

        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        failure.Message.ShouldContain("br cleanup --name BACKUP_2026_11_22_07_00_00");
        scene.Cluster.MetaService.Snapshots.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_second_backup_is_refused_while_one_runs()
    {
        using var source = new CancellationTokenSource();
        scene.Cluster.MetaService.Fault = CreateBackupFault.Hangs;
        var first = Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync(source.Token));
        await Eventually.TrueAsync(() => scene.Cluster.MetaService.Snapshots.Count == 1, "createBackup was sent");

        var refused = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());

        refused.Message.ShouldContain("another backup is running");
        scene.Cluster.MetaService.Snapshots.Count.ShouldBe(1);
        await source.CancelAsync();
        (await first).Interrupted.ShouldBeTrue();
        await scene.NothingIsLeftAsync("interrupted");
    }

    static async Task<int> CallsOfASuccessAsync()
    {
        var whole = new Scene();
        await whole.BackUpAsync();
        return whole.Gate.Calls.Count;
    }

    static async Task EndsWholeOrWithNothingAsync(Scene scene, Func<Task<BackupResult>> run, int k, bool interrupted)
    {
        try
        {
            await run();
            (await scene.HasManifestAsync()).ShouldBeTrue($"call {k}");
            scene.Cluster.WritesOpen.ShouldBeTrue($"call {k}");
            scene.Cluster.MetaService.Snapshots.ShouldBeEmpty($"call {k}");
        }
        catch (BackupFailedException e)
        {
            e.Interrupted.ShouldBe(interrupted, $"call {k}: {e.Message}");
            e.Leftovers.ShouldBeEmpty($"call {k}: {e.Message}");
            await scene.NothingIsLeftAsync($"call {k} ({scene.Gate.Calls[k - 1]}): {e.Message}");
        }
    }
}
