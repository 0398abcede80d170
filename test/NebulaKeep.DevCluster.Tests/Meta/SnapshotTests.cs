using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Tests.Meta;

/// <summary>createSnapshot and dropSnapshot, with the habits of NebulaGraph 3.8.0 that were observed.</summary>
public sealed class SnapshotTests
{
    const string Snapshot = "SNAPSHOT_2026_11_22_08_00_00";

    [Fact]
    public async Task A_snapshot_has_a_checkpoint_of_metads_own_tables_which_goes_with_it()
    {
        await using var scene = await MetaScene.WithSpacesAsync();

        (await CreateAsync(scene)).ShouldBe(ErrorCode.SUCCEEDED);

        (await scene.SnapshotsAsync()).ShouldBe([$"{Snapshot} VALID n1, n2, n3"]);
        var own = Path.Combine(scene.DataPath(), "nebula", "0", "checkpoints", Snapshot);
        File.Exists(Path.Combine(own, "data", "CURRENT")).ShouldBeTrue();
        (await scene.DropAsync(Snapshot)).ShouldBe(ErrorCode.SUCCEEDED);
        Directory.Exists(own).ShouldBeFalse();
        (await scene.SnapshotsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_snapshot_needs_all_registered_hosts_and_no_running_job()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        var done = new TaskCompletionSource();
        scene.Faults.DuringJob = (_, token) => done.Task.WaitAsync(token);
        await BackupTests.SubmitAsync(scene, space: 1, JobType.COMPACT);
        (await CreateAsync(scene)).ShouldBe(ErrorCode.E_SNAPSHOT_RUNNING_JOBS);
        done.SetResult();
        await Testing.Eventually.TrueAsync(async () => await CreateAsync(scene) == ErrorCode.SUCCEEDED, "the job is done");

        scene.Clock.Advance(TimeSpan.FromSeconds(50));
        await scene.BeatAsync(1);
        (await CreateAsync(scene)).ShouldBe(ErrorCode.E_SNAPSHOT_FAILURE);
    }

    [Fact]
    public async Task Only_the_first_name_is_dropped()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        var first = (await scene.BackUpAsync()).Meta.BackupName;
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = (await scene.BackUpAsync()).Meta.BackupName;

        (await scene.DropAsync(first, second)).ShouldBe(ErrorCode.SUCCEEDED);

        (await scene.SnapshotsAsync()).ShouldBe([$"{second} VALID n1, n2, n3"]);
        (await scene.DropAsync(first)).ShouldBe(ErrorCode.E_SNAPSHOT_NOT_FOUND);
        (await scene.DropAsync()).ShouldBe(ErrorCode.E_SNAPSHOT_FAILURE);
        (await scene.DropAsync(second)).ShouldBe(ErrorCode.SUCCEEDED);
    }

    [Fact]
    public async Task Storageds_that_fail_to_drop_are_passed_over()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        var name = (await scene.BackUpAsync()).Meta.BackupName;
        scene.Storages.Answer = _ => ErrorCode.E_RPC_FAILURE;

        (await scene.DropAsync(name)).ShouldBe(ErrorCode.SUCCEEDED);

        (await scene.SnapshotsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task After_a_backup_of_some_spaces_only_those_are_snapshotted_and_dropped()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        var all = (await scene.BackUpAsync()).Meta.BackupName;
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        (await scene.BackUpAsync("b")).Code.ShouldBe(ErrorCode.SUCCEEDED);
        scene.Storages.Forget();

        (await CreateAsync(scene)).ShouldBe(ErrorCode.SUCCEEDED);
        scene.Storages.Calls.Select(c => c.Split(' ')[2]).ShouldAllBe(spaces => spaces == "2");
        scene.Storages.Forget();
        (await scene.DropAsync(all)).ShouldBe(ErrorCode.SUCCEEDED);

        scene.Storages.Calls.ShouldHaveSingleItem().ShouldMatch("^DROP n[123] 2$");
        (await scene.DropAsync(all)).ShouldBe(ErrorCode.E_SNAPSHOT_NOT_FOUND, "what is left on the disks has no record any more");
    }

    [Fact]
    public async Task A_restart_or_a_backup_of_all_spaces_ends_that()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        await scene.BackUpAsync("b");
        await scene.EndAsync(0, kill: false);
        scene.Start(0);
        await scene.LeadingAsync();
        scene.Storages.Forget();

        (await CreateAsync(scene)).ShouldBe(ErrorCode.SUCCEEDED);
        scene.Storages.Calls.SelectMany(c => c.Split(' ')[2].Split(',')).Distinct().Order().ShouldBe(["1", "2", "3"]);
        await scene.BackUpAsync("b");
        await scene.BackUpAsync();
        var late = await scene.CreateSpaceAsync("late", replicas: 3);
        scene.Storages.Forget();
        (await CreateAsync(scene)).ShouldBe(ErrorCode.SUCCEEDED);
        scene.Storages.Calls.SelectMany(c => c.Split(' ')[2].Split(',')).ShouldNotContain(late.ToString(), "spaces made since that backup are ignored");
    }

    static async Task<ErrorCode> CreateAsync(MetaScene scene) => (await scene.CallAsync(MetaService.CreateSnapshot, new CreateSnapshotReq())).Code;
}
