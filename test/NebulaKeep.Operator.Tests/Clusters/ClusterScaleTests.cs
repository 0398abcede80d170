using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.Operator.Tests.Clusters;

/// <summary>More and fewer storageds and graphds, and bigger volumes.</summary>
public sealed class ClusterScaleTests
{
    [Fact]
    public void New_storageds_are_registered_before_they_run()
    {
        var world = new ClusterWorld().Settle();
        world.Patch("spec: {storaged: {replicas: 5}}");
        world.Daemons.Problem = "metad is away";
        world.Settle();
        world.Pods.Count.ShouldBe(7, "nothing is started that the meta service does not know");
        world.Message("Ready").ShouldNotBeNull().ShouldContain("metad is away");

        world.Daemons.Problem = null;
        world.Settle();

        world.Daemons.Calls.ShouldContain("add nebula-storaged-3 nebula-storaged-4");
        world.Pods.Count.ShouldBe(9);
        world.Is("Ready").ShouldBeTrue();
        world.Cluster.Text("status", "storaged", "phase").ShouldBe("Running");
    }

    [Fact]
    public void Data_is_balanced_space_by_space_where_that_is_wanted()
    {
        var world = new ClusterWorld("spec: {storaged: {enableAutoBalance: true}}");
        world.Daemons.Spaces.AddRange([new(1, "a", 3), new(2, "b", 1)]);
        world.Settle();
        world.Daemons.Calls.Count.ShouldBe(1);

        world.Patch("spec: {storaged: {replicas: 4}}");
        world.Settle();
        world.Daemons.Calls.Skip(1).ShouldBe(["add nebula-storaged-3", "ZONE_BALANCE of 1"]);
        world.Cluster.Text("status", "storaged", "phase").ShouldBe("ScaleOut");
        world.Is("Ready").ShouldBeFalse();
        world.Daemons.End(1, JobStatus.FAILED);
        world.Settle();
        world.Daemons.Calls.Last().ShouldBe("recover 1");
        world.Daemons.End(1);
        world.Settle();
        world.Daemons.Calls.Skip(4).ShouldBe(["LEADER_BALANCE of 1", "ZONE_BALANCE of 2"]);
        world.Daemons.End((int)world.Cluster.Number("status", "storaged", "lastBalanceJob", "jobID")!.Value);
        world.Settle();

        world.Daemons.Calls.Last().ShouldBe("LEADER_BALANCE of 2");
        world.Is("Ready").ShouldBeTrue();
        world.Cluster.Text("status", "storaged", "phase").ShouldBe("Running");
        world.Cluster.At("status", "storaged", "lastBalanceJob").ShouldBeNull();
    }

    [Fact]
    public void Nothing_to_balance_is_balanced()
    {
        var world = new ClusterWorld("spec: {storaged: {enableAutoBalance: true}}");
        world.Daemons.Spaces.Add(new(1, "a", 3));
        world.Daemons.NothingToBalance = true;
        world.Settle();

        world.Patch("spec: {storaged: {replicas: 4}}");
        world.Settle();

        world.Is("Ready").ShouldBeTrue();
    }

    [Fact]
    public void A_storaged_that_goes_is_emptied_and_taken_out_first()
    {
        var world = Full();

        world.Patch("spec: {storaged: {replicas: 3}}");
        world.Settle();
        world.Daemons.Calls.Skip(1).ShouldBe(["ZONE_BALANCE of 1 nebula-storaged-3"]);
        world.Pods.ShouldContain("nebula-storaged-3", "it has data still");
        world.Cluster.Text("status", "storaged", "phase").ShouldBe("ScaleIn");
        Empty(world);
        world.Daemons.End(1);
        world.Settle();

        world.Daemons.Calls.Skip(2).ShouldBe(["LEADER_BALANCE of 1", "drop nebula-storaged-3"]);
        world.Pods.ShouldNotContain("nebula-storaged-3");
        world.Daemons.Hosts.Count.ShouldBe(3);
        world.Is("Ready").ShouldBeTrue();
        world.Cluster.Text("status", "storaged", "phase").ShouldBe("Running");
    }

    [Theory]
    [InlineData("false", true)]
    [InlineData("true", false)]
    public void C9_The_spec_decides_whether_its_volume_goes(string reclaim, bool isKept)
    {
        var world = Full();
        Empty(world);

        world.Patch($"spec: {{enablePVReclaim: {reclaim}, storaged: {{replicas: 3}}}}");
        world.Settle();

        world.Claims.Contains("storaged-data-nebula-storaged-3").ShouldBe(isKept);
        world.Claims.ShouldContain("storaged-data-nebula-storaged-2");
    }

    [Fact]
    public void Too_few_storageds_for_a_space_are_refused_with_its_name()
    {
        var world = Full();

        world.Patch("spec: {storaged: {replicas: 2}}");
        world.Settle();

        world.Message("Ready").ShouldNotBeNull().ShouldContain("The space a keeps 3 replicas of each partition, and 2 storageds would be left");
        world.Pods.ShouldContain("nebula-storaged-3");
        world.Daemons.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public void While_a_backup_runs_nothing_is_moved()
    {
        var world = Full();
        world.Backup = "default/nb";

        world.Patch("spec: {storaged: {replicas: 3}}");
        world.Settle();
        world.Daemons.Calls.Count.ShouldBe(1);
        world.Message("Ready").ShouldNotBeNull().ShouldContain("default/nb");
        world.Backup = null;
        world.Settle();

        world.Daemons.Calls.Last().ShouldBe("ZONE_BALANCE of 1 nebula-storaged-3");
    }

    [Fact]
    public void Who_changes_their_mind_gets_all_storageds_back()
    {
        var world = Full();
        world.Patch("spec: {storaged: {replicas: 3}}");
        world.Settle();

        world.Patch("spec: {storaged: {replicas: 4}}");
        world.Settle();

        world.Is("Ready").ShouldBeTrue();
        world.Daemons.Hosts.Count.ShouldBe(4);
        world.Cluster.Text("status", "storaged", "phase").ShouldBe("Running");
    }

    [Fact]
    public void Graphds_come_and_go_at_once()
    {
        var world = new ClusterWorld().Settle();

        world.Patch("spec: {graphd: {replicas: 3}}");
        world.Settle();
        world.Pods.ShouldContain("nebula-graphd-2");
        world.Patch("spec: {graphd: {replicas: 1}}");
        world.Settle();

        world.Pods.ShouldNotContain("nebula-graphd-1");
        world.Is("Ready").ShouldBeTrue();
    }

    [Fact]
    public void The_number_of_metads_cannot_change_and_everything_stays_as_it_is()
    {
        var world = new ClusterWorld().Settle();

        world.Patch("spec: {metad: {replicas: 5}, enableBR: true}");
        world.Settle();

        world.Reason("Ready").ShouldBe("InvalidSpec");
        world.Is("Invalid").ShouldBeTrue();
        world.Done.ShouldNotContain(what => what.StartsWith("restart", StringComparison.Ordinal));
        world.Patch("spec: {metad: {replicas: 3}}");
        world.Settle();
        world.Is("Invalid").ShouldBeFalse();
        world.Is("Ready").ShouldBeTrue();
    }

    [Fact]
    public void Volumes_grow_with_the_spec_without_a_restart()
    {
        var world = new ClusterWorld().Settle();

        world.Patch("spec: {storaged: {dataVolumeClaims: [{resources: {requests: {storage: 5Gi}}}]}}");
        world.Settle();

        world.Done.Where(what => what.StartsWith("grow", StringComparison.Ordinal)).Count().ShouldBe(3);
        world.Done.ShouldNotContain(what => what.StartsWith("restart", StringComparison.Ordinal));
        world.Cluster.Text("status", "storaged", "volume", "provisionedVolumes", "storaged-data-nebula-storaged-0", "capacity").ShouldBe("5Gi");
        world.Is("Ready").ShouldBeTrue();
    }

    [Theory]
    [InlineData("1Gi", "ShrinkRefused", "has 2Gi and cannot become 1Gi")]
    [InlineData("4Gi", "ExpansionRefused", "only dynamically provisioned pvc can be resized")]
    public void C13_A_volume_that_cannot_become_as_wanted_is_said_and_the_cluster_stays_ready(string size, string reason, string message)
    {
        var world = new ClusterWorld().Settle();
        world.RefusesToGrow = _ => "only dynamically provisioned pvc can be resized";

        world.Patch($"spec: {{metad: {{dataVolumeClaim: {{resources: {{requests: {{storage: {size}}}}}}}}}}}");
        world.Settle();

        world.Is("Ready").ShouldBeTrue();
        world.Cluster.Number("status", "observedGeneration").ShouldBe(2, "so a backup starts");
        world.Reason("VolumesSized").ShouldBe(reason);
        world.Message("VolumesSized").ShouldNotBeNull().ShouldContain(message);
        world.Patch("spec: {metad: {dataVolumeClaim: {resources: {requests: {storage: 2048Mi}}}}}");
        world.Settle();
        world.Is("VolumesSized").ShouldBeTrue();
    }

    /// <summary>Four storageds with data of one space on each.</summary>
    static ClusterWorld Full()
    {
        var world = new ClusterWorld("spec: {storaged: {replicas: 4}}");
        world.Daemons.Spaces.Add(new(1, "a", 3));
        world.Settle();
        foreach (var host in world.Daemons.Hosts) world.Daemons.Put(host, "a", 5);
        return world;
    }

    static void Empty(ClusterWorld world)
    {
        HostAddress last = world.Daemons.Hosts.Last();
        last.Host.ShouldStartWith("nebula-storaged-3.");
        world.Daemons.Put(last, "a", 0);
    }
}
