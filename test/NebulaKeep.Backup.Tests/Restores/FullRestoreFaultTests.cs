using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Backup.Tests.Restores;

public sealed class FullRestoreFaultTests
{
    delegate void Fault(Scene scene, int call, CancellationTokenSource source);

    [Fact]
    public Task An_interruption_at_any_call_keeps_the_old_data_or_ends_with_the_new() =>
        AtEveryCallAsync((scene, call, source) => scene.Gate.Before = Scene.CancelAt(call, source));

    [Fact]
    public Task A_failure_of_any_call_keeps_the_old_data_or_ends_with_the_new() =>
        AtEveryCallAsync((scene, call, _) => scene.Gate.Before = Scene.FailAt(call));

    [Fact]
    public Task A_lost_answer_to_any_call_keeps_the_old_data_or_ends_with_the_new() =>
        AtEveryCallAsync((scene, call, _) => scene.Gate.After = Scene.FailAt(call));

    [Fact]
    public async Task A_br_killed_at_any_call_leaves_what_rollback_finishes()
    {
        var (first, last) = await CallsOfARestoreAsync();
        for (var k = first; k <= last; k++)
        {
            var scene = await WithBackupAsync();
            var old = scene.Cluster.Data;
            scene.Gate.Before = (number, call) =>
            {
                if (number >= k) throw new PlannedFailure(call);
            };
            await Record.ExceptionAsync(() => scene.RestoreAsync(Name));
            scene.Gate.Before = (_, _) => { };

            var because = $"killed at call {k} ({scene.Gate.Calls[k - 1]})";
            var done = await scene.RecoverAsync();
            scene.Cluster.AllRun.ShouldBeTrue(because);
            scene.Cluster.Hosts.ShouldAllBe(h => h.Journals.Count == 0, because);
            var finished = done.Count == 0 ? scene.Gate.Calls.Take(k - 1).Any(c => c.Contains(" discard ")) : done[0].KeptRestored;
            scene.Cluster.Data.ShouldBe(finished ? Restored : old, because);
        }
    }

    [Fact]
    public async Task An_agent_that_stays_away_while_rolling_back_leaves_all_stopped_and_the_journals_open()
    {
        var scene = await WithBackupAsync();
        var old = scene.Cluster.Data;
        scene.Gate.Before = (_, call) =>
        {
            if (call.StartsWith("n2 download", StringComparison.Ordinal)) scene.Cluster.Hosts[1].AgentDead = true;
        };

        var failure = await Should.ThrowAsync<RestoreFailedException>(() => scene.RestoreAsync(Name));

        failure.Message.ShouldContain("br restore rollback --agents");
        failure.Message.ShouldContain("left stopped");
        scene.Cluster.Hosts.ShouldAllBe(h => h.Running.Count == 0);
        scene.Cluster.Hosts[1].Journals.Count.ShouldBe(1);

        scene.Cluster.Hosts[1].AgentDead = false;
        (await scene.RecoverAsync()).ShouldHaveSingleItem().KeptRestored.ShouldBeFalse();
        scene.Cluster.Data.ShouldBe(old);
        scene.Cluster.AllRun.ShouldBeTrue();
    }

    [Fact]
    public async Task Old_data_that_cannot_be_removed_is_a_notice_and_rollback_goes_forward()
    {
        var scene = await WithBackupAsync();
        scene.Gate.Before = (_, call) =>
        {
            if (call.StartsWith("n3 discard", StringComparison.Ordinal)) throw new PlannedFailure(call);
        };

        var result = await scene.RestoreAsync(Name);

        result.Notices.ShouldHaveSingleItem().ShouldContain("The restore is complete");
        scene.Gate.Before = (_, _) => { };
        (await scene.RecoverAsync()).ShouldHaveSingleItem().KeptRestored.ShouldBeTrue();
        scene.Cluster.Data.ShouldBe(Restored);
        scene.Cluster.Disks.ShouldNotContain("_aside_");
    }

    static BackupName Name { get; } = BackupName.Parse("BACKUP_2026_11_22_08_00_00");

    static async Task AtEveryCallAsync(Fault fault)
    {
        var (first, last) = await CallsOfARestoreAsync();
        for (var k = first; k <= last; k++)
        {
            var scene = await WithBackupAsync();
            var old = scene.Cluster.Data;
            using var source = new CancellationTokenSource();
            fault(scene, k, source);
            var failure = await Record.ExceptionAsync(() => scene.RestoreAsync(Name, source.Token));
            scene.Gate.Before = scene.Gate.After = (_, _) => { };
            await CheckAsync(scene, failure, old, $"call {k} ({scene.Gate.Calls[k - 1]}): {failure?.Message}");
        }
    }

    static async Task CheckAsync(Scene scene, Exception? failure, string old, string because)
    {
        if (failure is RestoreFailedException { Problems.Count: > 0 }) await scene.RecoverAsync();
        if (failure is null) await scene.RecoverAsync();
        scene.Cluster.Hosts.ShouldAllBe(h => h.Journals.Count == 0, because);
        scene.Cluster.AllRun.ShouldBeTrue(because);
        scene.Cluster.Disks.Contains("_aside_").ShouldBeFalse(because);
        scene.Cluster.Disks.Contains("/data/meta/__").ShouldBeFalse(because);
        scene.Cluster.Data.ShouldBe(failure is null ? Restored : old, because);
        await scene.RestoreAsync(Name);
        scene.Cluster.Data.ShouldBe(Restored, because);
    }

    // What a restore of generation v1 gives, seen on a cluster that never had another.
    static string Restored { get; } = new Scene().Cluster.Data;

    static async Task<Scene> WithBackupAsync()
    {
        var scene = new Scene();
        (await scene.BackUpAsync()).Name.ShouldBe(Name);
        scene.Cluster.Fill("v2");
        return scene;
    }

    static async Task<(int First, int Last)> CallsOfARestoreAsync()
    {
        var scene = await WithBackupAsync();
        var first = scene.Gate.Calls.Count + 1;
        await scene.RestoreAsync(Name);
        return (first, scene.Gate.Calls.Count);
    }
}
