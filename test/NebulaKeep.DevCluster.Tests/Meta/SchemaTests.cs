using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Tests.Meta;

/// <summary>Spaces, tags and edges: ids, versions and refusals.</summary>
public sealed class SchemaTests
{
    [Fact]
    public async Task Ids_of_a_space_begin_after_the_common_counter()
    {
        await using var scene = await MetaScene.WithSpacesAsync();

        var tag = await scene.CreateTagAsync(1, "player");
        var edge = await scene.CallAsync(MetaService.CreateEdge, new CreateEdgeReq { SpaceId = 1, EdgeName = "follow" });
        var elsewhere = await scene.CreateTagAsync(2, "item");

        (tag.Id.TagId, edge.Id.EdgeType, elsewhere.Id.TagId).ShouldBe((4, 5, 4));
        (await scene.CreateSpaceAsync("d", replicas: 1)).ShouldBe(4);
    }

    [Fact]
    public async Task What_exists_is_refused_or_answered_with_its_id()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        var first = await scene.CreateTagAsync(1, "player");

        (await scene.CreateTagAsync(1, "player")).Code.ShouldBe(ErrorCode.E_EXISTED);
        (await scene.CallAsync(MetaService.CreateEdge, new CreateEdgeReq { SpaceId = 1, EdgeName = "player" })).Code.ShouldBe(ErrorCode.E_SCHEMA_NAME_EXISTS);
        var again = await scene.CallAsync(MetaService.CreateTag, new CreateTagReq { SpaceId = 1, TagName = "player", IfNotExists = true });
        (again.Code, again.Id.TagId).ShouldBe((ErrorCode.SUCCEEDED, first.Id.TagId));
        (await scene.CreateTagAsync(77, "player")).Code.ShouldBe(ErrorCode.E_SPACE_NOT_FOUND);
        (await scene.CallAsync(MetaService.CreateSpace, new CreateSpaceReq { Properties = new SpaceDesc { SpaceName = "a" } })).Code.ShouldBe(ErrorCode.E_EXISTED);
    }

    [Fact]
    public async Task Every_version_of_a_tag_stays_readable()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        await scene.CreateTagAsync(1, "t");
        for (var i = 1; i <= 20; i++) (await scene.AddColumnAsync(1, "t", $"c{i}")).Code.ShouldBe(ErrorCode.SUCCEEDED);

        var versions = (await scene.CallAsync(MetaService.ListTags, new ListTagsReq { SpaceId = 1 })).Tags;

        versions.Select(v => v.Version).ShouldBe(Enumerable.Range(0, 21).Select(i => (long)i));
        (await scene.CallAsync(MetaService.GetTag, new GetTagReq { SpaceId = 1, TagName = "t", Version = 7 })).Schema.Columns.Count.ShouldBe(8);
        (await scene.CallAsync(MetaService.GetTag, new GetTagReq { SpaceId = 1, TagName = "t", Version = -1 })).Schema.Columns.Count.ShouldBe(21);
        (await scene.AddColumnAsync(1, "t", "c7")).Code.ShouldBe(ErrorCode.E_EXISTED);
    }

    [Fact]
    public async Task A_dropped_space_leaves_nothing_behind()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        await scene.CreateTagAsync(1, "t");

        (await scene.CallAsync(MetaService.DropSpace, new DropSpaceReq { SpaceName = "a" })).Code.ShouldBe(ErrorCode.SUCCEEDED);

        (await scene.CallAsync(MetaService.DropSpace, new DropSpaceReq { SpaceName = "a" })).Code.ShouldBe(ErrorCode.E_SPACE_NOT_FOUND);
        (await scene.CallAsync(MetaService.DropSpace, new DropSpaceReq { SpaceName = "a", IfExists = true })).Code.ShouldBe(ErrorCode.SUCCEEDED);
        (await scene.CallAsync(MetaService.ListTags, new ListTagsReq { SpaceId = 1 })).Code.ShouldBe(ErrorCode.E_SPACE_NOT_FOUND);
        (await scene.CreateSpaceAsync("a", replicas: 1)).ShouldBe(4);
        (await scene.CallAsync(MetaService.ListTags, new ListTagsReq { SpaceId = 4 })).Tags.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(4, 1, ErrorCode.E_ZONE_NOT_ENOUGH)]
    [InlineData(1, 10_001, ErrorCode.E_INVALID_PARTITION_NUM)]
    [InlineData(1, -1, ErrorCode.E_INVALID_PARTITION_NUM)]
    [InlineData(-1, 1, ErrorCode.E_INVALID_REPLICA_FACTOR)]
    public async Task A_space_that_cannot_be_placed_is_refused(int replicas, int partitions, ErrorCode expected)
    {
        await using var scene = await MetaScene.WithSpacesAsync();

        var answer = await scene.CallAsync(MetaService.CreateSpace, new CreateSpaceReq
        {
            Properties = new SpaceDesc { SpaceName = "x", ReplicaFactor = replicas, PartitionNum = partitions, VidType = new ColumnTypeDef { Type = PropertyType.INT64 } },
        });

        answer.Code.ShouldBe(expected);
    }

    [Fact]
    public async Task Hosts_are_added_once_and_dropped_when_they_hold_nothing()
    {
        await using var scene = await MetaScene.WithSpacesAsync();

        (await AddAsync(scene, 3)).ShouldBe(ErrorCode.E_EXISTED);
        (await AddAsync(scene)).ShouldBe(ErrorCode.E_INVALID_PARM);
        (await AddAsync(scene, 4, 4)).ShouldBe(ErrorCode.E_INVALID_PARM);
        (await AddAsync(scene, 4)).ShouldBe(ErrorCode.SUCCEEDED);
        (await DropAsync(scene, 1)).ShouldBe(ErrorCode.E_CONFLICT);
        (await DropAsync(scene, 5)).ShouldBe(ErrorCode.E_NO_HOSTS);
        (await DropAsync(scene, 4)).ShouldBe(ErrorCode.SUCCEEDED);
        (await scene.CallAsync(MetaService.ListHosts, new ListHostsReq { Type = ListHostType.STORAGE })).Hosts.Count.ShouldBe(3);
    }

    static async Task<ErrorCode> AddAsync(MetaScene scene, params int[] hosts) =>
        (await scene.CallAsync(MetaService.AddHosts, new AddHostsReq { Hosts = [.. hosts.Select(h => HostAddr.Of(scene.Storage(h)))] })).Code;

    static async Task<ErrorCode> DropAsync(MetaScene scene, params int[] hosts) =>
        (await scene.CallAsync(MetaService.DropHosts, new DropHostsReq { Hosts = [.. hosts.Select(h => HostAddr.Of(scene.Storage(h)))] })).Code;
}
