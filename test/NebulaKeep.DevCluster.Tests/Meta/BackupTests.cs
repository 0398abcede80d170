using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Testing;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.DevCluster.Tests.Meta;

/// <summary>createBackup in ordinary and odd situations; what it answers and leaves behind was observed with NebulaGraph 3.8.0.</summary>
public sealed class BackupTests
{
    const string Name = "BACKUP_2026_11_22_08_00_00";

    [Fact]
    public async Task Hosts_are_asked_one_after_another_in_order_of_address_each_for_its_own_spaces()
    {
        await using var scene = await MetaScene.WithSpacesAsync();

        var answer = await scene.BackUpAsync();

        answer.Code.ShouldBe(ErrorCode.SUCCEEDED);
        answer.Meta.ShouldSatisfyAllConditions(
            m => m.BackupName.ShouldBe(Name), m => m.Full.ShouldBeTrue(), m => m.AllSpaces.ShouldBeTrue(),
            m => m.CreateTime.ShouldBe(scene.Clock.GetUtcNow().ToUnixTimeMilliseconds()),
            m => m.SpaceBackups.Keys.ShouldBe([1, 2, 3], ignoreOrder: true));
        scene.Storages.Calls.Select(c => string.Join(' ', c.Split(' ')[..2])).ShouldBe(
        [
            "ON n1", "ON n2", "ON n3", "CHECKPOINT n1", "CHECKPOINT n2", "CHECKPOINT n3", "OFF n1", "OFF n2", "OFF n3",
        ]);
        foreach (var (space, hosts) in new[] { (1, 3), (2, 1), (3, 2) })
        {
            scene.Storages.Calls.Count(c => c.StartsWith("CHECKPOINT") && c.Split(' ')[2].Split(',').Contains(space.ToString())).ShouldBe(hosts);
            answer.Meta.SpaceBackups[space].HostBackups.Count.ShouldBe(hosts);
        }
        (await scene.SnapshotsAsync()).ShouldBe([$"{Name} VALID n1, n2, n3"]);
    }

    [Fact]
    public async Task The_record_is_invalid_until_the_end()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        var (backup, go) = await scene.HeldBackupAsync();

        (await scene.SnapshotsAsync()).ShouldBe([$"{Name} INVALID n1, n2, n3"]);
        scene.Storages.Blocked.Values.ShouldAllBe(blocked => blocked);

        go.SetResult();
        (await backup).Code.ShouldBe(ErrorCode.SUCCEEDED);
        (await scene.SnapshotsAsync()).ShouldBe([$"{Name} VALID n1, n2, n3"]);
        scene.Storages.Blocked.Values.ShouldAllBe(blocked => !blocked);
    }

    [Fact]
    public async Task Without_a_registered_host_there_is_no_backup()
    {
        await using var scene = await MetaScene.StartAsync();

        (await scene.BackUpAsync()).Code.ShouldBe(ErrorCode.E_NO_HOSTS);
        (await scene.BeatAsync(1)).Code.ShouldBe(ErrorCode.E_MACHINE_NOT_FOUND);
        (await scene.BackUpAsync()).Code.ShouldBe(ErrorCode.E_NO_HOSTS);
        (await scene.SnapshotsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_space_there_is_no_backup()
    {
        await using var scene = await MetaScene.StartAsync();
        await scene.RegisterAsync(1);

        (await scene.BackUpAsync()).Code.ShouldBe(ErrorCode.E_BACKUP_SPACE_NOT_FOUND);

        await NothingHappenedAsync(scene);
    }

    [Fact]
    public async Task An_unknown_space_name_is_a_partial_result()
    {
        await using var scene = await MetaScene.WithSpacesAsync();

        (await scene.BackUpAsync("a", "nope")).Code.ShouldBe(ErrorCode.E_PARTIAL_RESULT);

        await NothingHappenedAsync(scene);
    }

    [Theory]
    [InlineData(false, "n1, n2, n3")]
    [InlineData(true, "n1, n3")]
    public async Task A_dead_storaged_fails_it_and_the_others_may_write_again(bool offline, string recorded)
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        if (offline)
        {
            scene.Clock.Advance(TimeSpan.FromSeconds(50));
            await scene.BeatAsync(1);
            await scene.BeatAsync(3);
        }
        scene.Storages.Answer = call => call.Contains(" n2 ") ? ErrorCode.E_RPC_FAILURE : ErrorCode.SUCCEEDED;

        var answer = await scene.BackUpAsync();

        answer.Code.ShouldBe(ErrorCode.E_BLOCK_WRITE_FAILURE);
        answer.Meta.BackupName.ShouldBeEmpty("the name is not in the answer");
        scene.Storages.Calls.ShouldNotContain(c => c.StartsWith("CHECKPOINT"));
        scene.Storages.Calls.Select(c => string.Join(' ', c.Split(' ')[..2])).ShouldBe(["ON n1", "ON n2", "OFF n1", "OFF n2", "OFF n3"]);
        scene.Storages.Blocked.Values.ShouldAllBe(blocked => !blocked);
        var record = (await scene.SnapshotsAsync()).ShouldHaveSingleItem();
        record.ShouldEndWith($"INVALID {recorded}");
        (await scene.DropAsync(record.Split(' ')[0])).ShouldBe(ErrorCode.SUCCEEDED, "dropping works while a storaged is down");
    }

    [Theory]
    [InlineData("CHECKPOINT n2", ErrorCode.E_RPC_FAILURE)]
    [InlineData("OFF n3", ErrorCode.E_BLOCK_WRITE_FAILURE)]
    public async Task A_host_that_fails_later_leaves_an_invalid_record_too(string failing, ErrorCode code)
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        scene.Storages.Answer = call => call.StartsWith(failing) ? ErrorCode.E_FAILED_TO_CHECKPOINT : ErrorCode.SUCCEEDED;

        (await scene.BackUpAsync()).Code.ShouldBe(code);

        scene.Storages.Calls.ShouldContain(c => c.StartsWith("OFF n1"));
        scene.Storages.Calls.ShouldContain(c => c.StartsWith("OFF n3"));
        (await scene.SnapshotsAsync()).ShouldBe([$"{Name} INVALID n1, n2, n3"]);
    }

    [Fact]
    public async Task Tables_that_cannot_be_exported_fail_it()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        File.WriteAllText(Path.Combine(scene.DataPath(), "nebula", "0", "checkpoints"), "in the way");

        (await scene.BackUpAsync()).Code.ShouldBe(ErrorCode.E_BACKUP_FAILED);

        scene.Storages.Blocked.Values.ShouldAllBe(blocked => !blocked);
    }

    [Theory]
    [InlineData(JobType.COMPACT, ErrorCode.E_BACKUP_RUNNING_JOBS)]
    [InlineData(JobType.LEADER_BALANCE, ErrorCode.E_BACKUP_RUNNING_JOBS)]
    [InlineData(JobType.STATS, ErrorCode.SUCCEEDED)]
    [InlineData(JobType.FLUSH, ErrorCode.SUCCEEDED)]
    public async Task A_running_job_of_any_space_stops_it_if_it_moves_data(JobType job, ErrorCode expected)
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        var done = new TaskCompletionSource();
        scene.Faults.DuringJob = (_, token) => done.Task.WaitAsync(token);
        (await SubmitAsync(scene, space: 2, job)).Code.ShouldBe(ErrorCode.SUCCEEDED);

        (await scene.BackUpAsync("a")).Code.ShouldBe(expected);

        if (expected != ErrorCode.SUCCEEDED) await NothingHappenedAsync(scene);
        done.SetResult();
        await Eventually.TrueAsync(async () => (await scene.BackUpAsync("a")).Code == ErrorCode.SUCCEEDED, "nothing runs any more");
    }

    [Fact]
    public async Task Two_at_once_come_one_after_the_other()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        var (first, go) = await scene.HeldBackupAsync();
        var second = scene.BackUpAsync("b");
        await Eventually.TrueAsync(async () => (await scene.SnapshotsAsync()).Count == 1, "the first is recorded");
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        scene.Storages.Calls.Count.ShouldBe(3, "the second has not begun");

        go.SetResult();

        (await Task.WhenAll(first, second)).ShouldAllBe(answer => answer.Code == ErrorCode.SUCCEEDED);
        (await scene.SnapshotsAsync()).ShouldBe([$"{Name} VALID n1, n2, n3", "BACKUP_2026_11_22_08_00_01 VALID n1, n2, n3"]);
        scene.Storages.Calls.Count.ShouldBe(9 + 3);
    }

    [Fact]
    public async Task Two_within_one_second_have_the_same_name_and_one_record()
    {
        await using var scene = await MetaScene.WithSpacesAsync();

        var names = new[] { (await scene.BackUpAsync()).Meta.BackupName, (await scene.BackUpAsync("a")).Meta.BackupName };

        names.ShouldBe([Name, Name]);
        (await scene.SnapshotsAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_client_that_gave_up_leaves_a_valid_backup()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        var go = new TaskCompletionSource();
        scene.Faults.AfterBlocking = token => go.Task.WaitAsync(token);

        (await scene.AnswersAsync(MetaService.CreateBackup, new CreateBackupReq())).ShouldBeFalse();
        go.SetResult();

        await Eventually.TrueAsync(async () => (await scene.SnapshotsAsync()).SequenceEqual([$"{Name} VALID n1, n2, n3"]), "the server went on");
    }

    [Fact]
    public async Task A_metad_that_is_killed_leaves_writes_blocked_and_an_invalid_record()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        var (backup, _) = await scene.HeldBackupAsync();

        await scene.EndAsync(0, kill: true);

        await Should.ThrowAsync<ThriftTransportException>(backup);
        scene.Start(0);
        await scene.LeadingAsync();
        scene.Storages.Blocked.Values.ShouldAllBe(blocked => blocked);
        scene.Storages.Calls.ShouldAllBe(call => call.StartsWith("ON "));
        (await scene.SnapshotsAsync()).ShouldBe([$"{Name} INVALID n1, n2, n3"]);
    }

    [Fact]
    public async Task CREATE_does_not_wait_and_leaves_a_name_without_a_space_in_the_export()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        await scene.CreateTagAsync(1, "before");
        var (backup, go) = await scene.HeldBackupAsync();

        var late = await scene.CreateSpaceAsync("late", replicas: 1);
        (await scene.CreateTagAsync(1, "meanwhile")).Code.ShouldBe(ErrorCode.SUCCEEDED);
        backup.IsCompleted.ShouldBeFalse();
        go.SetResult();

        var exported = Exported((await backup).Meta.MetaFiles);
        exported.ShouldContainKey(Convert.ToHexString(MetaKeys.SpaceName("late")));
        exported.ShouldNotContainKey(Convert.ToHexString(MetaKeys.OfSpace(MetaTables.Spaces, late)));
        exported.ShouldContainKey(Convert.ToHexString(MetaKeys.Name(NameKind.Tag, 1, "meanwhile")));
    }

    [Fact]
    public async Task ALTER_and_DROP_wait_until_it_ends_even_if_their_client_does_not()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        await scene.CreateTagAsync(1, "t");
        var (backup, go) = await scene.HeldBackupAsync("b");

        (await scene.AnswersAsync(MetaService.AlterTag, MetaScene.AddColumn(1, "t", "y"))).ShouldBeFalse();
        var drop = scene.CallAsync(MetaService.DropSpace, new DropSpaceReq { SpaceName = "c" });
        (await ColumnsAsync(scene)).ShouldBe(1);
        drop.IsCompleted.ShouldBeFalse();
        go.SetResult();

        (await backup).Code.ShouldBe(ErrorCode.SUCCEEDED);
        (await drop).Code.ShouldBe(ErrorCode.SUCCEEDED);
        await Eventually.TrueAsync(async () => await ColumnsAsync(scene) == 2, "the abandoned ALTER was carried out");
    }

    [Fact]
    public async Task A_job_submitted_meanwhile_stalls_heartbeats_and_lists_until_it_ends()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        var (backup, go) = await scene.HeldBackupAsync();
        var submitted = SubmitAsync(scene, space: 1, JobType.FLUSH);
        await Eventually.TrueAsync(async () => !await scene.AnswersAsync(MetaService.ListHosts, new ListHostsReq()), "the job waits and holds up the others");

        Task[] stalled =
        [
            submitted, scene.AgentBeatAsync(1), scene.BeatAsync(1), scene.CallAsync(MetaService.ListCluster, new ListClusterInfoReq()),
            scene.CallAsync(MetaService.ListHosts, new ListHostsReq { Type = ListHostType.ALLOC }),
        ];
        await scene.SnapshotsAsync();
        stalled.ShouldAllBe(call => !call.IsCompleted);
        go.SetResult();

        (await backup).Code.ShouldBe(ErrorCode.SUCCEEDED);
        await Task.WhenAll(stalled);
        (await submitted).Code.ShouldBe(ErrorCode.SUCCEEDED);
    }

    [Fact]
    public async Task A_backup_of_some_spaces_exports_their_rows_and_no_hosts()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        await scene.CreateTagAsync(1, "t1");
        await scene.CreateTagAsync(2, "t2");

        var meta = (await scene.BackUpAsync("b")).Meta;

        meta.AllSpaces.ShouldBeFalse();
        meta.SpaceBackups.Keys.ShouldBe([2]);
        meta.MetaFiles.ShouldAllBe(path => Path.IsPathRooted(path) && File.Exists(path));
        meta.MetaFiles.Select(Path.GetFileName).ShouldBe(
            ["__id__.sst", "__index__.sst", "__last_update_time__.sst", "__local_id__.sst", "__parts__.sst", "__spaces__.sst", "__tags__.sst"], ignoreOrder: true);
        var exported = Exported(meta.MetaFiles);
        exported.ShouldContainKey(Convert.ToHexString(MetaKeys.Name(NameKind.Tag, 2, "t2")));
        exported.ShouldNotContainKey(Convert.ToHexString(MetaKeys.Name(NameKind.Tag, 1, "t1")));
        exported.ShouldNotContainKey(Convert.ToHexString(MetaKeys.SpaceName("a")));
    }

    internal static Task<AdminJobResp> SubmitAsync(MetaScene scene, int space, JobType type) =>
        scene.CallAsync(MetaService.RunAdminJob, new AdminJobReq { SpaceId = space, Op = JobOp.ADD, Type = type });

    static async Task NothingHappenedAsync(MetaScene scene)
    {
        scene.Storages.Calls.ShouldBeEmpty();
        (await scene.SnapshotsAsync()).ShouldBeEmpty();
    }

    static async Task<int> ColumnsAsync(MetaScene scene) =>
        (await scene.CallAsync(MetaService.GetTag, new GetTagReq { SpaceId = 1, TagName = "t", Version = -1 })).Schema.Columns.Count;

    /// <summary>All rows of exported tables, by key in hex.</summary>
    static Dictionary<string, byte[]> Exported(IReadOnlyList<string> files)
    {
        using var folder = new TemporaryFolder();
        using var store = MetaStore.Open(folder.Path);
        store.Ingest(files);
        return store.Scan([]).ToDictionary(row => Convert.ToHexString(row.Key), row => row.Value);
    }
}
