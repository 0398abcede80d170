using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Tests.Storage;

public sealed class StorageDaemonTests
{
    static readonly ColumnDef Name = new() { Name = "name", Type = new ColumnTypeDef { Type = PropertyType.STRING }, Nullable = true };
    static readonly ColumnDef Age = new() { Name = "age", Type = new ColumnTypeDef { Type = PropertyType.INT8 }, Nullable = false, DefaultValue = [0, 0x36, 0x24, 0] };

    [Fact]
    public async Task A_space_can_be_written_and_read_as_soon_as_it_was_created()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var space = await cluster.CreateSpaceAsync("s", parts: 4, replicas: 3);
        var tag = await cluster.CreateTagAsync(space, "player", Name, Age);

        await cluster.MustAddAsync(space, 2, tag, ("a", "Ann"), ("b", "Bob"));

        var leader = await cluster.LeaderAsync(space, 2);
        (await cluster.ScanAsync(leader, space, 2, tag)).ShouldBe(["a=Ann", "b=Bob"]);
        var props = await cluster.DataAsync(leader, GraphStorageService.GetProps, new GetPropRequest
        {
            SpaceId = space,
            Parts = new Dictionary<int, IReadOnlyList<Row>> { [2] = [new Row { Values = [Value.Of("b")] }, new Row { Values = [Value.Of("none")] }] },
            VertexProps = [new VertexProp { Tag = tag }],
        });
        props.Props!.ColumnNames.ShouldBe(["_vid", "player.name", "player.age"]);
        props.Props.Rows.Single().Values.ShouldBe([Value.Of("b"), Value.Of("Bob"), Value.Of(18)]);
    }

    [Fact]
    public async Task Errors_have_upstreams_codes()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var space = await cluster.CreateSpaceAsync("s", parts: 2, replicas: 2);
        var tag = await cluster.CreateTagAsync(space, "player", Name, Age);
        await cluster.MustAddAsync(space, 1, tag, ("a", "Ann"));
        var leader = await cluster.LeaderAsync(space, 1);

        var elsewhere = (await cluster.AddAsync(1 - leader, space, 1, tag, ("b", "Bob"))).Result.FailedParts.Single();
        (elsewhere.Code, elsewhere.Leader).ShouldBe((ErrorCode.E_LEADER_CHANGED, HostAddr.Of(cluster.Storages[leader].Address)));
        (await Code(cluster.AddAsync(leader, 77, 1, tag, ("b", "Bob")))).ShouldBe(ErrorCode.E_SPACE_NOT_FOUND);
        (await Code(cluster.AddAsync(leader, space, 9, tag, ("b", "Bob")))).ShouldBe(ErrorCode.E_PART_NOT_FOUND);
        (await Code(cluster.AddAsync(leader, space, 1, 99, ("b", "Bob")))).ShouldBe(ErrorCode.E_TAG_NOT_FOUND);
        (await Code(cluster.AddAsync(leader, space, 1, tag, ("seventeen letters", "Bob")))).ShouldBe(ErrorCode.E_INVALID_VID);
        (await Code(AddAge(cluster, leader, space, tag, Value.Of(300)))).ShouldBe(ErrorCode.E_OUT_OF_RANGE);
        (await Code(AddAge(cluster, leader, space, tag, Value.Of("old")))).ShouldBe(ErrorCode.E_DATA_TYPE_MISMATCH);
        (await Code(AddAge(cluster, leader, space, tag, Value.Null))).ShouldBe(ErrorCode.E_NOT_NULLABLE);
        (await Code(AddAge(cluster, leader, space, tag, Value.Of(1), "nonsense"))).ShouldBe(ErrorCode.E_TAG_PROP_NOT_FOUND);
        (await cluster.ScanAsync(leader, space, 1, tag)).ShouldBe(["a=Ann"]);
    }

    [Fact]
    public async Task Blocked_writes_are_refused_on_every_replica_and_reads_go_on()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var space = await cluster.CreateSpaceAsync("s", parts: 1, replicas: 2);
        var tag = await cluster.CreateTagAsync(space, "player", Name);
        await cluster.MustAddAsync(space, 1, tag, ("a", "Ann"));
        var leader = await cluster.LeaderAsync(space, 1);

        foreach (var storage in new[] { 0, 1 }) (await cluster.BlockAsync(storage, EngineSignType.BLOCK_ON, space)).ShouldBe(ErrorCode.SUCCEEDED);
        foreach (var storage in new[] { 0, 1 }) (await Code(cluster.AddAsync(storage, space, 1, tag, ("b", "Bob")))).ShouldBe(ErrorCode.E_RAFT_WRITE_BLOCKED);
        (await cluster.ScanAsync(leader, space, 1, tag)).ShouldBe(["a=Ann"]);

        (await cluster.BlockAsync(leader, EngineSignType.BLOCK_OFF, 77, space)).ShouldBe(ErrorCode.E_SPACE_NOT_FOUND);
        (await Code(cluster.AddAsync(leader, space, 1, tag, ("b", "Bob")))).ShouldBe(ErrorCode.E_RAFT_WRITE_BLOCKED);
        (await cluster.BlockAsync(leader, EngineSignType.BLOCK_OFF, space, 77)).ShouldBe(ErrorCode.E_SPACE_NOT_FOUND);
        (await cluster.AddAsync(leader, space, 1, tag, ("b", "Bob"))).Result.FailedParts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_acknowledged_write_is_lost_when_all_servers_end(bool kill)
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var space = await cluster.CreateSpaceAsync("s", parts: 3, replicas: 3);
        var tag = await cluster.CreateTagAsync(space, "player", Name);
        var expected = new List<string>();
        for (var i = 0; i < 30; i++)
        {
            await cluster.MustAddAsync(space, 1, tag, ($"v{i:00}", $"name {i}"));
            expected.Add($"v{i:00}=name {i}");
        }

        for (var i = 0; i < 3; i++) await cluster.RestartAsync(i, kill);

        (await cluster.ScanAsync(await cluster.LeaderAsync(space, 1), space, 1, tag)).ShouldBe(expected);
        await cluster.MustAddAsync(space, 1, tag, ("v99", "after"));
        for (var i = 0; i < 3; i++)
        {
            var storage = i;
            await TestCluster.UntilAsync(async () => (await cluster.ScanAsync(storage, space, 1, tag, follower: true)).Count >= 30);
        }
    }

    [Fact]
    public async Task A_replica_that_was_away_gets_what_it_missed()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var space = await cluster.CreateSpaceAsync("s", parts: 1, replicas: 3);
        var tag = await cluster.CreateTagAsync(space, "player", Name);
        await cluster.MustAddAsync(space, 1, tag, ("a", "Ann"));
        var away = (await cluster.LeaderAsync(space, 1) + 1) % 3;
        var address = cluster.Storages[away].Address;

        await cluster.Storages[away].KillAsync();
        for (var i = 0; i < 5; i++) await cluster.MustAddAsync(space, 1, tag, ($"m{i}", "missed"));
        cluster.Storages[away] = cluster.Start(away, address);

        // Replicas apply an entry with the next one, so something must be written for the last to be seen.
        await TestCluster.UntilAsync(async () =>
        {
            await cluster.MustAddAsync(space, 1, tag, ("z", "last"));
            return (await cluster.ScanAsync(away, space, 1, tag, follower: true)).Count == 7;
        });
    }

    [Fact]
    public async Task A_minority_acknowledges_nothing()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var space = await cluster.CreateSpaceAsync("s", parts: 1, replicas: 3);
        var tag = await cluster.CreateTagAsync(space, "player", Name);
        await cluster.MustAddAsync(space, 1, tag, ("a", "Ann"));
        var leader = await cluster.LeaderAsync(space, 1);

        foreach (var other in Enumerable.Range(0, 3).Where(i => i != leader)) await cluster.Storages[other].KillAsync();

        (await Code(cluster.AddAsync(leader, space, 1, tag, ("b", "Bob")))).ShouldBe(ErrorCode.E_CONSENSUS_ERROR);
        (await cluster.ScanAsync(leader, space, 1, tag)).ShouldBe(["a=Ann"]);
    }

    [Fact]
    public async Task A_log_that_does_not_reach_back_to_the_data_stops_the_server()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var space = await cluster.CreateSpaceAsync("s", parts: 1, replicas: 1);
        var tag = await cluster.CreateTagAsync(space, "player", Name);
        await cluster.MustAddAsync(space, 1, tag, ("a", "Ann"));
        var address = cluster.Storages[0].Address;
        await cluster.Storages[0].DisposeAsync();
        var wal = Directory.GetDirectories(cluster.Folder["s0"], "wal", SearchOption.AllDirectories).Single() + "/1";
        foreach (var file in Directory.GetFiles(wal)) File.Delete(file);
        using (var log = PartitionWal.Open(wal, new PartitionWalOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance))
            log.Append([new LogEntry(1000, 1, default)]);

        cluster.Storages[0] = cluster.Start(0, address);

        var failure = await Should.ThrowAsync<Exception>(cluster.Storages[0].Failure.WaitAsync(TimeSpan.FromSeconds(30)));
        failure.Message.ShouldContain("partition 1");
        failure.Message.ShouldContain("1000");
    }

    [Fact]
    public async Task Without_any_log_the_data_still_counts()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var space = await cluster.CreateSpaceAsync("s", parts: 1, replicas: 3);
        var tag = await cluster.CreateTagAsync(space, "player", Name);
        for (var i = 0; i < 5; i++) await cluster.MustAddAsync(space, 1, tag, ($"v{i}", "x"));
        var leader = await cluster.LeaderAsync(space, 1);
        var addresses = cluster.Storages.Select(storage => storage.Address).ToList();
        foreach (var storage in cluster.Storages) await storage.DisposeAsync();
        foreach (var wal in Directory.GetDirectories(cluster.Folder.Path, "wal", SearchOption.AllDirectories)) Directory.Delete(wal, recursive: true);

        for (var i = 0; i < 3; i++) cluster.Storages[i] = cluster.Start(i, addresses[i]);

        (await cluster.ScanAsync(leader, space, 1, tag)).Count.ShouldBe(5);
        await cluster.MustAddAsync(space, 1, tag, ("z", "y"));
        var follower = (leader + 1) % 3;
        await TestCluster.UntilAsync(async () => (await cluster.ScanAsync(follower, space, 1, tag, follower: true)).Count >= 5);
    }

    [Fact]
    public async Task Dropping_a_space_removes_its_directories()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var space = await cluster.CreateSpaceAsync("s", parts: 3, replicas: 1);
        var tag = await cluster.CreateTagAsync(space, "player", Name);
        await cluster.MustAddAsync(space, 1, tag, ("a", "Ann"));
        var directory = cluster.Folder[$"s0/a/nebula/{space}"];
        Directory.Exists(directory).ShouldBeTrue();

        (await cluster.MetaAsync(MetaService.DropSpace, new DropSpaceReq { SpaceName = "s" })).Code.ShouldBe(ErrorCode.SUCCEEDED);

        await TestCluster.UntilAsync(() => Task.FromResult(!Directory.Exists(directory)));
    }

    [Fact]
    public async Task A_server_with_another_clusters_id_is_not_taken_in()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var space = await cluster.CreateSpaceAsync("s", parts: 1, replicas: 1);
        await cluster.MustAddAsync(space, 1, await cluster.CreateTagAsync(space, "player", Name), ("a", "Ann"));
        var file = cluster.Folder["s0/cluster.id"];
        File.ReadAllBytes(file).Length.ShouldBe(8);
        var address = cluster.Storages[0].Address;
        await cluster.Storages[0].DisposeAsync();
        File.WriteAllBytes(file, BitConverter.GetBytes(1L));

        cluster.Storages[0] = cluster.Start(0, address);

        (await Code(cluster.AddAsync(0, space, 1, 1, ("b", "Bob")))).ShouldBe(ErrorCode.E_SPACE_NOT_FOUND);
        File.Delete(file);
        (await cluster.ScanAsync(0, space, 1, (await cluster.MetaAsync(MetaService.ListTags, new ListTagsReq { SpaceId = space })).Tags[0].TagId)).ShouldBe(["a=Ann"]);
    }

    static async Task<ErrorCode> Code(Task<ExecResponse> call) => (await call).Result.FailedParts.Single().Code;

    static Task<ExecResponse> AddAge(TestCluster cluster, int storage, int space, int tag, Value age, string column = "age") =>
        cluster.DataAsync(storage, GraphStorageService.AddVertices, new AddVerticesRequest
        {
            SpaceId = space,
            Parts = new Dictionary<int, IReadOnlyList<NewVertex>> { [1] = [new NewVertex { Id = Value.Of("x"), Tags = [new NewTag { TagId = tag, Props = [age] }] }] },
            PropNames = new Dictionary<int, IReadOnlyList<string>> { [tag] = [column] },
        });
}
