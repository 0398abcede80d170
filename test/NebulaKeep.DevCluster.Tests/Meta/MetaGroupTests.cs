using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Testing;

namespace NebulaKeep.DevCluster.Tests.Meta;

/// <summary>Three metads. The first leads for good, which is not as in NebulaGraph; what clients see of the others is.</summary>
public sealed class MetaGroupTests
{
    [Fact]
    public async Task The_others_name_the_leader_in_every_kind_of_answer()
    {
        await using var scene = await MetaScene.StartAsync(3);

        for (var follower = 1; follower < 3; follower++)
        {
            var backup = await scene.CallAsync(follower, MetaService.CreateBackup, new CreateBackupReq());
            (backup.Code, backup.Leader.ToAddress()).ShouldBe((ErrorCode.E_LEADER_CHANGED, scene.Metads[0]));
            var drop = await scene.CallAsync(follower, MetaService.DropSnapshot, new DropSnapshotReq { Names = ["x"] });
            (drop.Code, drop.Leader.ToAddress()).ShouldBe((ErrorCode.E_LEADER_CHANGED, scene.Metads[0]));
            var list = await scene.CallAsync(follower, MetaService.ListCluster, new ListClusterInfoReq());
            (list.Code, list.Leader.ToAddress()).ShouldBe((ErrorCode.E_LEADER_CHANGED, scene.Metads[0]));
            var agent = await scene.CallAsync(follower, MetaService.AgentHeartbeat, new AgentHBReq { Host = HostAddr.Of(scene.Agent(1)) });
            (agent.Code, agent.Leader.ToAddress()).ShouldBe((ErrorCode.E_LEADER_CHANGED, scene.Metads[0]));
        }
    }

    [Fact]
    public async Task Each_answers_for_its_own_directories_and_version()
    {
        await using var scene = await MetaScene.StartAsync(3);

        for (var i = 0; i < 3; i++)
        {
            (await scene.CallAsync(i, MetaService.GetMetaDirInfo, new GetMetaDirInfoReq())).Dir.Data.ShouldBe([scene.DataPath(i)]);
            (await scene.CallAsync(i, MetaService.VerifyClientVersion, new VerifyClientVersionReq())).Code.ShouldBe(ErrorCode.SUCCEEDED);
        }
    }

    [Fact]
    public async Task All_are_listed_and_each_host_needs_an_agent()
    {
        await using var scene = await MetaScene.StartAsync(3);
        await scene.AgentBeatAsync(1);
        await scene.AgentBeatAsync(2);
        (await scene.CallAsync(MetaService.ListCluster, new ListClusterInfoReq())).Code.ShouldBe(ErrorCode.E_LIST_CLUSTER_NO_AGENT_FAILURE);

        await scene.AgentBeatAsync(3);

        var hosts = (await scene.CallAsync(MetaService.ListCluster, new ListClusterInfoReq())).HostServices;
        hosts.Keys.Order().ShouldBe(scene.Metads.Select(m => m.Host));
        hosts.Values.ShouldAllBe(services => services.Count(s => s.Role == HostRole.META) == 1);
    }

    [Fact]
    public async Task What_is_acknowledged_is_in_all_stores()
    {
        await using var scene = await MetaScene.StartAsync(3);
        await UpToDateAsync(scene);
        await scene.RegisterAsync(1);
        await scene.CreateSpaceAsync("s", replicas: 1);

        var stores = await StoresAsync(scene);

        stores[0].ShouldContainKey(Convert.ToHexString(MetaKeys.SpaceName("s")));
        stores[1].ShouldBe(stores[0]);
        stores[2].ShouldBe(stores[0]);
    }

    [Fact]
    public async Task One_that_was_away_gets_everything_when_it_is_back()
    {
        await using var scene = await MetaScene.StartAsync(3);
        await scene.EndAsync(2, kill: true);
        await scene.LeadingAsync();      // it may have noticed, and led anew, only now
        await scene.RegisterAsync(1);
        await scene.CreateSpaceAsync("s", replicas: 1);

        (await OnlineAsync(scene)).ShouldBe(scene.Metads.Take(2));
        scene.Start(2);
        await UpToDateAsync(scene);
        await Eventually.TrueAsync(async () => (await OnlineAsync(scene)).Count() == 3, "all are online");

        var stores = await StoresAsync(scene);
        stores[2].ShouldContainKey(Convert.ToHexString(MetaKeys.SpaceName("s")));
        stores[2].ShouldBe(stores[0]);
    }

    [Fact]
    public async Task Without_a_majority_nothing_is_written_and_nobody_leads()
    {
        await using var scene = await MetaScene.StartAsync(3);
        await scene.RegisterAsync(1);
        await scene.EndAsync(1, kill: true);
        await scene.EndAsync(2, kill: true);

        var refused = await scene.CallAsync(MetaService.AddHosts, new AddHostsReq { Hosts = [HostAddr.Of(scene.Storage(2))] });
        refused.Code.ShouldBe(ErrorCode.E_LEADER_CHANGED);
        var afterwards = await scene.CallAsync(MetaService.ListZones, new ListZonesReq());
        (afterwards.Code, afterwards.Leader).ShouldBe((ErrorCode.E_LEADER_CHANGED, HostAddr.Empty));

        scene.Start(1);
        await scene.LeadingAsync();
        (await scene.CallAsync(MetaService.ListZones, new ListZonesReq())).Zones.Count.ShouldBe(1, "the refused host was not added");
    }

    [Fact]
    public async Task A_leader_that_lost_its_disk_takes_over_what_the_others_have()
    {
        await using var scene = await MetaScene.StartAsync(3);
        await UpToDateAsync(scene);
        await scene.RegisterAsync(1);
        await scene.CreateSpaceAsync("s", replicas: 1);
        await scene.EndAsync(0, kill: true);
        Directory.Delete(scene.DataPath(0), recursive: true);

        scene.Start(0);
        await scene.LeadingAsync();

        (await scene.CallAsync(MetaService.ListSpaces, new ListSpacesReq())).Spaces.Select(s => s.Name).ShouldBe(["s"]);
    }

    static async Task<IEnumerable<HostAddress>> OnlineAsync(MetaScene scene) =>
        (await scene.CallAsync(MetaService.ListHosts, new ListHostsReq { Type = ListHostType.META })).Hosts.Where(h => h.Status == HostStatus.ONLINE).Select(h => h.HostAddr.ToAddress());

    /// <summary>A write now reaches all: a follower that is behind is noticed by its answer.</summary>
    static Task UpToDateAsync(MetaScene scene) => Eventually.TrueAsync(async () =>
    {
        var positions = new List<CommitPoint>();
        for (var i = 0; i < 3; i++)
            positions.Add((await scene.CallAsync(i, DevCluster.Meta.Replication.ReplicationService.ReadStore, new(false))).Position);
        return positions.Distinct().Count() == 1;
    }, "all metads have the same position");

    static async Task<IReadOnlyList<Dictionary<string, string>>> StoresAsync(MetaScene scene)
    {
        for (var i = 0; i < 3; i++) await scene.EndAsync(i, kill: false);
        return [.. Enumerable.Range(0, 3).Select(i => Rows(scene.DataPath(i)))];
    }

    static Dictionary<string, string> Rows(string dataPath)
    {
        using var store = MetaStore.Open(dataPath);
        return store.Scan([]).ToDictionary(row => Convert.ToHexString(row.Key), row => Convert.ToHexString(row.Value));
    }
}
