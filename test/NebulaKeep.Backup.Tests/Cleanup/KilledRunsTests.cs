using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.Testing;

namespace NebulaKeep.Backup.Tests.Cleanup;

public sealed class KilledRunsTests
{
    static readonly BackupRequest Replacing = new() { CreatedBy = "test", ReplacesKilled = true };

    [Fact]
    public async Task Whenever_a_run_is_killed_the_next_one_replaces_it_if_it_had_claimed_its_name()
    {
        int replaced = 0, refused = 0;
        for (var k = 1; ; k++)
        {
            var killed = await KilledScene.AtAsync((number, _) => number == k);
            if (!killed.IsDead) break;
            if (killed.HasCheckpoint && !await killed.HasClaimAsync())
            {
                (await Should.ThrowAsync<BackupFailedException>(() => killed.Scene.BackUpAsync(Replacing))).Message.ShouldContain("metad still holds the checkpoint of");
                refused++;
                continue;
            }

            var result = await killed.Scene.BackUpAsync(Replacing);

            await killed.OnlyCompleteBackupsAreLeftAsync(result.Name, $"killed at call {k}");
            replaced++;
        }

        replaced.ShouldBeGreaterThan(60);
        refused.ShouldBeLessThan(20, "from createBackup's answer to the claim");
    }

    [Fact]
    public async Task Without_being_asked_to_it_is_refused()
    {
        var killed = await KilledScene.AtAsync(InMidUpload);

        (await Should.ThrowAsync<BackupFailedException>(() => killed.Scene.BackUpAsync())).Message.ShouldContain("or one was killed");

        (await killed.HasClaimAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_run_that_was_to_be_resumable_is_for_a_person_to_give_up()
    {
        var killed = await KilledScene.AtAsync(InMidUpload, new BackupRequest { CreatedBy = "test", Resumable = true });

        (await Should.ThrowAsync<BackupFailedException>(() => killed.Scene.BackUpAsync(Replacing))).Message.ShouldContain("metad still holds the checkpoint of");

        (await killed.Scene.ResumeAsync(killed.Name)).Name.ShouldBe(killed.Name);
    }

    [Fact]
    public async Task A_run_of_another_cluster_is_left_alone()
    {
        var killed = await KilledScene.AtAsync(InMidUpload);
        var claim = (await NameClaim.ReadWholeAsync(killed.Scene.Objects, killed.Name, CancellationToken.None))!;
        await NameClaim.TakeOverAsync(killed.Scene.Objects, killed.Name, claim with { ClusterKey = "other" }, CancellationToken.None);

        (await Should.ThrowAsync<BackupFailedException>(() => killed.Scene.BackUpAsync(Replacing))).Message.ShouldContain("metad still holds the checkpoint of");
    }

    [Fact]
    public async Task What_could_not_be_dropped_after_a_failure_is_dropped_by_the_next_run()
    {
        var scene = new Scene();
        scene.Gate.Before = (_, call) =>
        {
            if (InMidUpload(0, call)) scene.Gate.Before = (_, later) => { if (later.StartsWith("dropSnapshot", StringComparison.Ordinal)) throw new PlannedFailure(later); };
            if (InMidUpload(0, call)) throw new InvalidOperationException("the agent is gone");
        };
        var failure = await Should.ThrowAsync<BackupFailedException>(() => scene.BackUpAsync());
        failure.Leftovers.ShouldNotBeEmpty();
        scene.Gate.Before = (_, _) => { };

        await scene.BackUpAsync(Replacing);

        scene.Cluster.MetaService.Snapshots.ShouldBeEmpty();
        (await scene.KeysAsync()).ShouldNotContain(key => key.StartsWith(".nebulakeep/", StringComparison.Ordinal) || key.Contains(failure.Name!.Value.Value, StringComparison.Ordinal));
    }

    static bool InMidUpload(int number, string call) => call.EndsWith("n3:9779/data0/2/data/000009.sst", StringComparison.Ordinal);

    /// <summary>A cluster and a store as a killed br leaves them, when nobody has renewed its lease for a while.</summary>
    sealed class KilledScene
    {
        readonly FakeTimeProvider storeClock = new();

        KilledScene() => Scene = new Scene(storeClock: storeClock);

        public Scene Scene { get; }

        public bool IsDead { get; private set; }

        public BackupName Name => BackupName.Parse(Scene.Observer.Names[0]);

        public bool HasCheckpoint => Scene.Cluster.MetaService.Snapshots.Count > 0;

        /// <summary>As kill -9 does: from the call on, nothing that the run does has an effect.</summary>
        public static async Task<KilledScene> AtAsync(Func<int, string, bool> at, BackupRequest? request = null)
        {
            var killed = new KilledScene();
            killed.Scene.Gate.Before = (number, call) =>
            {
                killed.IsDead |= at(number, call);
                if (killed.IsDead) throw new InvalidOperationException("killed");
            };
            var times = killed.Scene.Times;
            killed.Scene.Times = times with { OpenWrites = TimeSpan.FromMilliseconds(1) };
            await Record.ExceptionAsync(() => killed.Scene.BackUpAsync(request ?? new BackupRequest { CreatedBy = "test" }));
            killed.Scene.Times = times;
            killed.Scene.Gate.Before = (_, _) => { };
            killed.storeClock.Advance(LeaseTimes.Default.Expiry + TimeSpan.FromSeconds(1));
            return killed;
        }

        public async Task<bool> HasClaimAsync() => (await Scene.KeysAsync()).Any(key => BackupLayout.TryParseRunningClaim(key, out _));

        /// <summary>A run that was killed after its manifest has made a backup, too.</summary>
        public async Task OnlyCompleteBackupsAreLeftAsync(BackupName made, string because)
        {
            var keys = await Scene.KeysAsync();
            var complete = keys.Where(key => key.EndsWith("/manifest.json", StringComparison.Ordinal)).Select(key => key.Split('/')[0]).ToHashSet();
            complete.ShouldContain(made.Value, because);
            keys.Where(key => !complete.Contains(key.Split('/')[0])).ShouldBeEmpty(because);
            Scene.Cluster.WritesOpen.ShouldBeTrue(because);
            HasCheckpoint.ShouldBeFalse(because);
            Scene.Cluster.HasCheckpointFiles.ShouldBeFalse(because);
        }
    }
}
