using NebulaKeep.DevCluster.Codec;
using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.RocksDb;

namespace NebulaKeep.DevCluster.Tests.Storage;

public sealed class CheckpointTests
{
    static readonly ColumnDef Name = new() { Name = "name", Type = new ColumnTypeDef { Type = PropertyType.STRING }, Nullable = true };

    [Fact]
    public async Task A_checkpoint_holds_data_and_the_logs_of_all_replicas_and_names_the_leaders_ends()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var space = await cluster.CreateSpaceAsync("s", parts: 4, replicas: 2);
        var tag = await cluster.CreateTagAsync(space, "player", Name);
        for (var part = 1; part <= 4; part++) await cluster.MustAddAsync(space, part, tag, ($"v{part}", "x"));

        var led = 0;
        for (var storage = 0; storage < 2; storage++)
        {
            var made = await cluster.AdminAsync(storage, StorageAdminService.CreateCheckpoint, new CreateCPRequest { SpaceIds = [space, 99], Name = "BACKUP_1" });
            made.Code.ShouldBe(ErrorCode.SUCCEEDED);
            made.Info.Select(info => info.DataPath).ShouldBe([cluster.Folder[$"s{storage}/a/nebula/{space}/checkpoints/BACKUP_1"], cluster.Folder[$"s{storage}/b/nebula/{space}/checkpoints/BACKUP_1"]]);
            foreach (var info in made.Info) led += CheckEngine(info, partsInEngine: 2);
        }
        led.ShouldBe(4);
    }

    [Fact]
    public async Task The_same_name_again_replaces_the_checkpoint_and_dropping_removes_it()
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var space = await cluster.CreateSpaceAsync("s", parts: 1, replicas: 1);
        var tag = await cluster.CreateTagAsync(space, "player", Name);
        await cluster.MustAddAsync(space, 1, tag, ("a", "Ann"));
        var request = new CreateCPRequest { SpaceIds = [space], Name = "BACKUP_1" };
        var first = await cluster.AdminAsync(0, StorageAdminService.CreateCheckpoint, request);
        await cluster.MustAddAsync(space, 1, tag, ("b", "Bob"));

        var second = await cluster.AdminAsync(0, StorageAdminService.CreateCheckpoint, request);

        second.Code.ShouldBe(ErrorCode.SUCCEEDED);
        var engine = second.Info.Single(info => info.Parts.Count == 1);
        engine.Parts[1].LogId.ShouldBe(first.Info.Single(info => info.Parts.Count == 1).Parts[1].LogId + 1);
        Directory.GetFiles(Path.Combine(engine.DataPath, "wal", "1")).Length.ShouldBe(2);

        for (var i = 0; i < 2; i++)
            (await cluster.AdminAsync(0, StorageAdminService.DropCheckpoint, new DropCPRequest { SpaceIds = [99, space], Name = "BACKUP_1" })).Code.ShouldBe(ErrorCode.SUCCEEDED);
        Directory.Exists(engine.DataPath).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../../x")]
    [InlineData("/x")]
    [InlineData("a/b")]
    public async Task A_name_that_is_a_path_is_refused(string name)
    {
        await using var cluster = await TestCluster.StartAsync(1);
        var space = await cluster.CreateSpaceAsync("s", parts: 1, replicas: 1);
        (await cluster.AdminAsync(0, StorageAdminService.CreateCheckpoint, new CreateCPRequest { SpaceIds = [space], Name = name })).Code.ShouldBe(ErrorCode.E_FAILED_TO_CHECKPOINT);
        (await cluster.AdminAsync(0, StorageAdminService.DropCheckpoint, new DropCPRequest { SpaceIds = [space], Name = name })).Code.ShouldBe(ErrorCode.E_INVALID_PARM);
    }

    /// <summary>Number of partitions that the host leads.</summary>
    static int CheckEngine(CheckpointInfo info, int partsInEngine)
    {
        using var database = RocksDatabase.OpenReadOnly(Path.Combine(info.DataPath, "data"), new RocksOptions());
        var logs = Directory.GetDirectories(Path.Combine(info.DataPath, "wal"));
        logs.Length.ShouldBe(partsInEngine);
        foreach (var log in logs)
        {
            var part = int.Parse(Path.GetFileName(log));
            var last = Directory.GetFiles(log).Order(StringComparer.Ordinal).Select(WalFileReader.Scan).Last();
            var committed = CommitMark.Parse(database.Get(StorageKeys.Commit(part)));
            // Leaders have applied all of it, the others lag by one.
            committed.LogId.ShouldBe(info.Parts.ContainsKey(part) ? last.LastId : last.LastId - 1);
            if (info.Parts.TryGetValue(part, out var end)) (end.LogId, end.TermId).ShouldBe((last.LastId, last.LastTerm));
            database.Get(StorageKeys.PartMarker(part)).ShouldBe([]);
        }
        return info.Parts.Count;
    }
}
