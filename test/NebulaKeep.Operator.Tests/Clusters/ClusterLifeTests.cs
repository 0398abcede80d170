using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Tests.Clusters;

/// <summary>From the first look to a running cluster, changes of it, suspension and deletion.</summary>
public sealed class ClusterLifeTests
{
    [Fact]
    public void A_cluster_is_made_registered_and_ready()
    {
        var world = new ClusterWorld().Settle();

        world.Is("Ready").ShouldBeTrue();
        world.Cluster.Number("status", "observedGeneration").ShouldBe(1);
        world.Cluster.Text("status", "version").ShouldBe("3.8.0");
        world.Daemons.Calls.ShouldBe(["add nebula-storaged-0 nebula-storaged-1 nebula-storaged-2"]);
        world.Done.Where(what => what.StartsWith("apply", StringComparison.Ordinal)).Count().ShouldBe(11, "each object once");
    }

    [Fact]
    public void At_rest_the_meta_service_is_not_asked_and_nothing_is_written()
    {
        var world = new ClusterWorld().Settle();
        var (looks, done) = (world.Daemons.Looks, world.Done.Count);

        world.Reconcile();

        world.Daemons.Looks.ShouldBe(looks);
        world.Done.Count.ShouldBe(done);
    }

    [Fact]
    public void A_change_restarts_the_pods_one_by_one_and_service_by_service()
    {
        var world = new ClusterWorld().Settle();
        world.MostMissing = 0;

        world.Patch("spec: {enableBR: true}");
        world.Settle();

        world.Done.Where(what => what.StartsWith("restart", StringComparison.Ordinal)).ShouldBe(
            ["restart nebula-metad-2", "restart nebula-metad-1", "restart nebula-metad-0", "restart nebula-storaged-2", "restart nebula-storaged-1", "restart nebula-storaged-0", "restart nebula-graphd-0"]);
        world.MostMissing.ShouldBe(1);
        world.Is("Ready").ShouldBeTrue();
        world.Cluster.Number("status", "observedGeneration").ShouldBe(2);
    }

    [Fact]
    public void Leaders_leave_a_storaged_before_it_restarts_and_are_spread_again_when_all_have()
    {
        var world = new ClusterWorld();
        world.Daemons.Spaces.Add(new(1, "a", 3));
        world.Settle();

        world.Patch("spec: {storaged: {version: v3.8.1}}");
        world.Settle();

        world.Daemons.Calls.Skip(1).ShouldBe(["move leaders of nebula-storaged-2", "move leaders of nebula-storaged-1", "move leaders of nebula-storaged-0", "LEADER_BALANCE of 1"]);
    }

    [Fact]
    public void Whoever_forces_updates_gets_them_without_moving_leaders()
    {
        var world = new ClusterWorld("spec: {storaged: {enableForceUpdate: true}}").Settle();

        world.Patch("spec: {storaged: {version: v3.8.1}}");
        world.Settle();

        world.Daemons.Calls.ShouldNotContain(call => call.StartsWith("move", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pod_that_does_not_come_back_stops_the_rollout_and_a_correction_goes_on()
    {
        var world = new ClusterWorld().Settle();
        world.Lets = pod => pod.Items("spec", "containers").First().Text("image") != "vesoft/nebula-metad:bad";

        world.Patch("spec: {metad: {version: bad}}");
        world.Settle();
        world.Done.Count(what => what.StartsWith("restart", StringComparison.Ordinal)).ShouldBe(1);
        world.Reason("Ready").ShouldBe("WorkloadNotUpToDate");
        world.Message("Ready").ShouldNotBeNull().ShouldContain("waiting until pod 2 is ready");
        world.Patch("spec: {metad: {version: v3.8.1}}");
        world.Settle();

        world.Is("Ready").ShouldBeTrue();
    }

    [Fact]
    public void A_cluster_that_never_came_up_is_repaired_by_a_correction()
    {
        var world = new ClusterWorld("spec: {metad: {version: typo}}") { Lets = pod => pod.Items("spec", "containers").First().Text("image") != "vesoft/nebula-metad:typo" }.Settle();
        world.Is("Ready").ShouldBeFalse();

        // Metads need each other, so none of the new ones is ready alone.
        var fresh = 0;
        world.Lets = pod => !pod.Key().Name.Contains("metad") || (pod.Items("spec", "containers").First().Text("image") == "vesoft/nebula-metad:v3.8.0" && ++fresh > 2);
        world.Patch("spec: {metad: {version: v3.8.0}}");
        world.Settle();

        world.Done.ShouldContain("delete Pod nebula-metad-0");
        world.Is("Ready").ShouldBeTrue();
    }

    [Fact]
    public void A_user_restarts_a_service_by_its_annotation()
    {
        var world = new ClusterWorld().Settle();

        world.Set("graphd")!["metadata"]!["annotations"]!["nebula-graph.io/restart-timestamp"] = "1700000000";
        world.Settle();

        world.Done.Where(what => what.StartsWith("restart", StringComparison.Ordinal)).ShouldBe(["restart nebula-graphd-0"]);
    }

    [Fact]
    public void Suspending_takes_pods_away_from_above_and_keeps_the_data()
    {
        var world = new ClusterWorld().Settle();
        var claims = world.Claims;

        world.Patch("spec: {suspend: true}");
        world.Settle();

        world.Pods.ShouldBeEmpty();
        world.Claims.ShouldBe(claims);
        world.Done.Where(what => what.StartsWith("delete", StringComparison.Ordinal)).ShouldBe(["delete StatefulSet nebula-graphd", "delete StatefulSet nebula-storaged", "delete StatefulSet nebula-metad"]);
        world.Reason("Ready").ShouldBe("Suspended");
        world.Cluster.Text("status", "metad", "phase").ShouldBe("Suspend");
        world.Patch("spec: {suspend: false}");
        world.Settle();
        world.Is("Ready").ShouldBeTrue();
        world.Claims.ShouldBe(claims);
    }

    [Fact]
    public void C9_A_deleted_cluster_keeps_its_data_whatever_state_it_reached()
    {
        var never = new ClusterWorld { Lets = _ => false }.Settle();
        var ready = new ClusterWorld().Settle();

        foreach (var world in new[] { never, ready })
        {
            world.Delete();
            world.Settle();
            world.IsGone.ShouldBeTrue();
            world.Pods.ShouldBeEmpty();
            world.Claims.Count.ShouldBe(6);
        }
    }

    [Fact]
    public void C9_With_enablePVReclaim_all_volumes_go_with_it_also_further_ones()
    {
        var world = new ClusterWorld("spec: {enablePVReclaim: true, storaged: {dataVolumeClaims: [{resources: {requests: {storage: 1Gi}}}, {resources: {requests: {storage: 1Gi}}}], logVolumeClaim: {resources: {requests: {storage: 1Gi}}}}}").Settle();
        world.Claims.Count.ShouldBe(12);

        world.Delete();
        world.Settle();

        world.IsGone.ShouldBeTrue();
        world.Claims.ShouldBeEmpty();
    }

    [Fact]
    public void A_protected_cluster_stays_until_its_annotation_goes()
    {
        var world = new ClusterWorld("metadata: {annotations: {nebula-graph.io/delete-protection: \"true\"}}").Settle();

        world.Delete();
        world.Settle();
        (world.IsGone, world.Pods.Count).ShouldBe((false, 7));
        world.Reason("Ready").ShouldBe("DeleteProtected");
        world.Patch("metadata: {annotations: {nebula-graph.io/delete-protection: null}}");
        world.Settle();

        world.IsGone.ShouldBeTrue();
    }

    [Fact]
    public void An_object_that_somebody_removes_or_changes_is_put_back()
    {
        var world = new ClusterWorld().Settle();
        var sets = world.Set("graphd")!;

        sets["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "evil";
        world.Settle();

        world.Set("graphd").Items("spec", "template", "spec", "containers").First().Text("image").ShouldBe("vesoft/nebula-graphd:v3.8.0");
    }
}
