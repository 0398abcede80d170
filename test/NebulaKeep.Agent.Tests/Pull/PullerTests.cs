using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Agent.Pull;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.Rpc;
using NebulaKeep.Testing.Stores;

namespace NebulaKeep.Agent.Tests.Pull;

public sealed class PullerTests
{
    [Fact]
    public async Task A_storaged_gets_the_files_of_the_host_whose_place_it_takes_and_no_others()
    {
        using var scene = await PullScene.CreateAsync();

        await scene.RunStoragedAsync(0);

        scene.Files.ShouldBe(new Dictionary<string, string> { ["data/storage/nebula/1/data/CURRENT"] = "a0", ["data/storage/nebula/1/wal/1/1.wal"] = "a0-wal" }, ignoreOrder: true);
    }

    [Fact]
    public async Task Checkpoints_go_to_the_data_paths_that_they_come_from()
    {
        using var scene = await PullScene.CreateAsync();

        await scene.RunStoragedAsync(1);

        // data0 was taken from the second data path: the manifest says so.
        scene.Files.ShouldBe(new Dictionary<string, string> { ["data1/storage/nebula/1/data/CURRENT"] = "b0", ["data/storage/nebula/1/data/CURRENT"] = "b1" }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_metad_gets_its_tables_once_for_each_call_that_may_be_needed()
    {
        using var scene = await PullScene.CreateAsync();

        await scene.RunMetadAsync();

        scene.Files.ShouldBe(new Dictionary<string, string> { ["data/meta/nebulakeep-restore/1/__spaces__.sst"] = "spaces", ["data/meta/nebulakeep-restore/2/__spaces__.sst"] = "spaces" }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_storaged_that_was_added_later_gets_nothing_and_may_start()
    {
        using var scene = await PullScene.CreateAsync();

        await scene.RunStoragedAsync(2);

        scene.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_done_is_not_done_again_and_a_daemons_changes_stay()
    {
        using var scene = await PullScene.CreateAsync();
        await scene.RunStoragedAsync(0);
        scene.Write("data/storage/nebula/1/data/CURRENT", "changed by the daemon");
        File.Delete(Path.Combine(scene.DataPaths[0], "nebula/1/wal/1/1.wal"));

        await scene.RunStoragedAsync(0);

        scene.Reads.ShouldBe(0);
        scene.Files.ShouldBe(new Dictionary<string, string> { ["data/storage/nebula/1/data/CURRENT"] = "changed by the daemon" });
    }

    [Fact]
    public async Task A_volume_with_data_is_refused_and_left_as_it_is()
    {
        using var scene = await PullScene.CreateAsync();
        scene.Write("data1/storage/nebula/7/data/CURRENT", "a daemon's");

        var failure = await scene.RunStoragedAsync(0).ShouldFailAsync(GrpcStatusCode.FailedPrecondition);

        failure.Message.ShouldContain("nebula");
        PullCommand.StatusOf(failure).ShouldBe(PullCommand.Hopeless);
        scene.Files.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_volume_of_another_restore_is_refused(bool wasInterrupted)
    {
        using var scene = await PullScene.CreateAsync();
        if (wasInterrupted) scene.Faults = store => store.On(StoreCall.Read, 3, new StoreFault.Corrupt(0));
        var first = scene.RunStoragedAsync(0);
        if (wasInterrupted) await first.ShouldFailAsync(GrpcStatusCode.DataLoss);
        else await first;
        (scene.Plan, scene.Faults) = (scene.Plan with { Restore = "restore-2" }, _ => { });

        (await scene.RunStoragedAsync(0).ShouldFailAsync(GrpcStatusCode.FailedPrecondition)).Message.ShouldContain("another restore");
    }

    [Fact]
    public async Task When_the_restore_is_over_nothing_is_fetched_and_no_store_is_needed()
    {
        using var scene = await PullScene.CreateAsync();
        await scene.RunMetadAsync();
        scene.Plan = scene.Plan with { IsComplete = true };

        await scene.RunMetadAsync(() => throw new NebulaKeepException("its Secret is gone"));
        await scene.RunStoragedAsync(1);

        scene.Files.ShouldBeEmpty("the tables that were left are removed, and the storaged's lost volume is not filled with old data");
    }

    [Fact]
    public async Task A_damaged_object_is_named_and_its_file_has_no_name()
    {
        using var scene = await PullScene.CreateAsync();
        await scene.Objects.PutAsync($"{PullScene.Name}/data/old-a:9779/data0/1/data/CURRENT", new MemoryStream("aX"u8.ToArray()), PutCondition.Overwrite, CancellationToken.None);

        var failure = await scene.RunStoragedAsync(0).ShouldFailAsync(GrpcStatusCode.DataLoss);

        failure.Message.ShouldContain("data/old-a:9779/data0/1/data/CURRENT");
        PullCommand.StatusOf(failure).ShouldBe(PullCommand.Hopeless);
        scene.Files.Keys.ShouldNotContain("data/storage/nebula/1/data/CURRENT");
        PullMark.Read(scene.DataPaths[0])!.IsDone.ShouldBeFalse();
    }

    [Fact]
    public async Task A_missing_object_is_seen_before_anything_is_written()
    {
        using var scene = await PullScene.CreateAsync();
        await scene.Objects.DeleteAsync([$"{PullScene.Name}/data/old-b:9779/data1/1/data/CURRENT"], CancellationToken.None);

        var failure = await Should.ThrowAsync<RestoreRefusedException>(scene.RunStoragedAsync(1));

        PullCommand.StatusOf(failure).ShouldBe(PullCommand.Hopeless);
        Directory.Exists(scene.DataPaths[0]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_tried_again()
    {
        using var scene = await PullScene.CreateAsync();
        scene.Faults = store => store.On(StoreCall.Read, 3, new StoreFault.Fail(StoreFailure.Unavailable));

        PullCommand.StatusOf(await Should.ThrowAsync<NebulaKeepException>(scene.RunStoragedAsync(0))).ShouldBe(1);
    }

    /// <summary>Whichever reads break off, and however often: in the end everything is there, and nothing else.</summary>
    [Fact]
    public void Whatever_interrupts_it_the_last_run_has_everything() =>
        Prop.ForAll(Gen.Choose(1, 5).ListOf().ToArbitrary(), breaks => LiveAsync([.. breaks]).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    static async Task LiveAsync(IReadOnlyList<int> breaks)
    {
        using var scene = await PullScene.CreateAsync();
        foreach (var nth in breaks)
        {
            scene.Faults = store => store.On(StoreCall.Read, nth, new StoreFault.BreakOff(1));
            await scene.RunStoragedAsync(1).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        scene.Faults = _ => { };
        await scene.RunStoragedAsync(1);

        scene.Files.Values.ShouldBe(["b0", "b1"], ignoreOrder: true);
        PullMark.Read(scene.DataPaths[0])!.IsDone.ShouldBeTrue();
    }
}
