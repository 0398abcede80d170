using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Tests.Meta;

/// <summary>Heartbeats of agents and storageds, and what listCluster makes of them (observed with NebulaGraph 3.8.0).</summary>
public sealed class ClusterListTests
{
    // Agents report every 3 s in these scenes, and count as gone after five times that.
    static readonly TimeSpan AlmostGone = TimeSpan.FromMilliseconds(14_999);

    [Fact]
    public async Task An_agent_may_come_before_any_storaged()
    {
        await using var scene = await MetaScene.StartAsync();

        var besideMetad = await scene.AgentBeatAsync(1);
        var alone = await scene.AgentBeatAsync(7);

        (besideMetad.Code, besideMetad.ServiceList.ShouldHaveSingleItem().Role).ShouldBe((ErrorCode.SUCCEEDED, HostRole.META));
        alone.Code.ShouldBe(ErrorCode.SUCCEEDED);
        alone.ServiceList.ShouldBeEmpty();
        (await ListAsync(scene)).ShouldBe(["1: AGENT META", "7: AGENT"]);
    }

    [Fact]
    public async Task Services_appear_in_later_heartbeats_with_their_directories()
    {
        await using var scene = await MetaScene.StartAsync();
        await scene.AgentBeatAsync(2);
        await scene.RegisterAsync(2);

        var service = (await scene.AgentBeatAsync(2)).ServiceList.ShouldHaveSingleItem();

        (service.Role, service.Addr.ToAddress(), service.Dir.Root).ShouldBe((HostRole.STORAGE, scene.Storage(2), "/n2"));
        service.Dir.Data.ShouldBe(["/n2/data"]);
    }

    [Fact]
    public async Task A_metad_has_no_directories_in_the_list()
    {
        await using var scene = await MetaScene.StartAsync();
        await scene.AgentBeatAsync(1);

        var metad = (await scene.CallAsync(MetaService.ListCluster, new ListClusterInfoReq())).HostServices[scene.Metads[0].Host].Single(s => s.Role == HostRole.META);

        (metad.Dir.Root, metad.Dir.Data.Count).ShouldBe(("", 0));
        (await scene.CallAsync(MetaService.GetMetaDirInfo, new GetMetaDirInfoReq())).Dir.Data.ShouldBe([scene.DataPath()]);
    }

    [Fact]
    public async Task A_storaged_that_was_not_added_is_listed_nowhere()
    {
        await using var scene = await MetaScene.StartAsync();
        await scene.AgentBeatAsync(1);

        (await scene.BeatAsync(2)).Code.ShouldBe(ErrorCode.E_MACHINE_NOT_FOUND);

        (await ListAsync(scene)).ShouldBe(["1: AGENT META"]);
        foreach (var type in new[] { ListHostType.ALLOC, ListHostType.STORAGE })
            (await scene.CallAsync(MetaService.ListHosts, new ListHostsReq { Type = type })).Hosts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_host_without_an_agent_fails_the_whole_list()
    {
        await using var scene = await MetaScene.StartAsync();
        (await CodeAsync(scene)).ShouldBe(ErrorCode.E_LIST_CLUSTER_NO_AGENT_FAILURE);
        await scene.AgentBeatAsync(1);
        (await CodeAsync(scene)).ShouldBe(ErrorCode.SUCCEEDED);

        await scene.RegisterAsync(2);

        (await CodeAsync(scene)).ShouldBe(ErrorCode.E_LIST_CLUSTER_NO_AGENT_FAILURE);
    }

    [Fact]
    public async Task An_agent_is_gone_after_five_missed_heartbeats()
    {
        await using var scene = await MetaScene.StartAsync();
        await scene.RegisterAsync(2);
        await scene.AgentBeatAsync(1);
        await scene.AgentBeatAsync(2);
        await scene.AgentBeatAsync(7);

        scene.Clock.Advance(AlmostGone);
        (await ListAsync(scene)).ShouldBe(["1: AGENT META", "2: AGENT STORAGE", "7: AGENT"]);
        await scene.AgentBeatAsync(1);
        await scene.AgentBeatAsync(2);
        scene.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await ListAsync(scene)).ShouldBe(["1: AGENT META", "2: AGENT STORAGE"], "no service is on host 7, so it drops out silently");
        scene.Clock.Advance(AlmostGone);
        (await CodeAsync(scene)).ShouldBe(ErrorCode.E_LIST_CLUSTER_NO_AGENT_FAILURE);
    }

    [Fact]
    public async Task A_storaged_that_fell_silent_drops_out_with_its_own_interval()
    {
        await using var scene = await MetaScene.StartAsync();
        await scene.RegisterAsync(2);
        scene.Clock.Advance(TimeSpan.FromMilliseconds(49_999));
        await scene.AgentBeatAsync(1);
        await scene.AgentBeatAsync(2);
        (await ListAsync(scene)).ShouldBe(["1: AGENT META", "2: AGENT STORAGE"]);

        scene.Clock.Advance(TimeSpan.FromMilliseconds(1));

        (await ListAsync(scene)).ShouldBe(["1: AGENT META", "2: AGENT"]);
        (await scene.CallAsync(MetaService.ListHosts, new ListHostsReq { Type = ListHostType.STORAGE })).Hosts.Single().Status.ShouldBe(HostStatus.OFFLINE);
    }

    [Fact]
    public async Task A_second_agent_of_a_host_is_answered_and_not_listed()
    {
        await using var scene = await MetaScene.StartAsync();
        await scene.AgentBeatAsync(1);

        var second = await scene.AgentBeatAsync(1, port: 8889);

        (second.Code, second.ServiceList.Count).ShouldBe((ErrorCode.SUCCEEDED, 1));
        var listed = (await scene.CallAsync(MetaService.ListCluster, new ListClusterInfoReq())).HostServices[scene.Metads[0].Host];
        listed.Where(s => s.Role == HostRole.AGENT).ShouldHaveSingleItem().Addr.ToAddress().ShouldBe(scene.Agent(1));
        (await scene.CallAsync(MetaService.ListHosts, new ListHostsReq { Type = ListHostType.AGENT })).Hosts.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_service_without_directories_fails_agent_and_list_but_the_agent_is_known()
    {
        await using var scene = await MetaScene.StartAsync();
        await scene.AgentBeatAsync(1);
        (await scene.CallAsync(MetaService.AddHosts, new AddHostsReq { Hosts = [HostAddr.Of(scene.Storage(2))] })).Code.ShouldBe(ErrorCode.SUCCEEDED);
        await scene.BeatAsync(2, withDir: false);

        (await scene.AgentBeatAsync(2)).Code.ShouldBe(ErrorCode.E_AGENT_HB_FAILUE);
        (await CodeAsync(scene)).ShouldBe(ErrorCode.E_KEY_NOT_FOUND);

        await scene.BeatAsync(2);
        (await ListAsync(scene)).ShouldBe(["1: AGENT META", "2: AGENT STORAGE"]);
    }

    [Fact]
    public async Task Hosts_and_agents_outlive_metads_restart()
    {
        await using var scene = await MetaScene.StartAsync();
        await scene.RegisterAsync(2);
        await scene.AgentBeatAsync(1);
        await scene.AgentBeatAsync(2);
        await scene.EndAsync(0, kill: true);
        scene.Start(0);
        await scene.LeadingAsync();

        (await ListAsync(scene)).ShouldBe(["1: AGENT META", "2: AGENT STORAGE"]);
    }

    [Fact]
    public async Task A_storaged_takes_the_clusters_id_and_another_one_is_refused()
    {
        await using var scene = await MetaScene.StartAsync();
        await scene.RegisterAsync(2);

        var id = (await scene.BeatAsync(2)).ClusterId;

        id.ShouldNotBe(0);
        (await scene.BeatAsync(2, clusterId: id)).Code.ShouldBe(ErrorCode.SUCCEEDED);
        (await scene.BeatAsync(2, clusterId: id + 1)).Code.ShouldBe(ErrorCode.E_WRONGCLUSTER);
    }

    /// <summary>Hosts by their last numbers, each with its roles.</summary>
    static async Task<IReadOnlyList<string>> ListAsync(MetaScene scene)
    {
        var answer = await scene.CallAsync(MetaService.ListCluster, new ListClusterInfoReq());
        answer.Code.ShouldBe(ErrorCode.SUCCEEDED);
        return [.. answer.HostServices.Select(h => $"{h.Key.Split('.')[3]}: {string.Join(' ', h.Value.Select(s => s.Role.ToString()).Order())}").Order()];
    }

    static async Task<ErrorCode> CodeAsync(MetaScene scene) => (await scene.CallAsync(MetaService.ListCluster, new ListClusterInfoReq())).Code;
}
