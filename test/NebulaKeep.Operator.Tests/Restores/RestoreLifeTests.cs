using System.Text.Json.Nodes;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Restores;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Tests.Restores;

/// <summary>A restore from nothing to a cluster that serves, with the machine of clusters beside it.</summary>
public sealed class RestoreLifeTests
{
    const string Tables = "/usr/local/nebula/data/meta/nebulakeep-restore";

    [Fact]
    public void A_backup_becomes_a_cluster_service_by_service()
    {
        var world = new RestoreWorld().Settle();

        world.Phase.ShouldBe("Complete");
        world.Events.Select(happened => happened.Reason).ShouldBe(["Started", "RestoringMeta", "RestoringMeta", "RestoringMeta", "MetaRestored", "DataFetched", "RestoreComplete"]);
        world.Daemons.Calls.ShouldBe(Enumerable.Range(0, 3).Select(i => $"restore ngbbbb-metad-{i} from {Tables}/1/__spaces__.sst with old-0:9779>ngbbbb-storaged-0 old-1:9779>ngbbbb-storaged-1 old-2:9779>ngbbbb-storaged-2"));
        world.Restore.ShouldSatisfyAllConditions(
            restore => restore.Text("status", "clusterName").ShouldBe("ngbbbb"),
            restore => restore.Text("status", "timeStarted").ShouldBe("2026-11-22T08:00:00Z"),
            restore => restore.Text("status", "timeCompleted").ShouldBe("2026-11-22T08:00:00Z"),
            restore => Finalizers.Has(restore, Labels.RestoreCleanup).ShouldBeFalse("it may go, and the cluster stays"));
        world.Plan!.IsComplete.ShouldBeTrue("a pod whose volume is lost does not fetch old data into a living cluster");
        world.Cluster!.Cluster.Annotation(Annotations.Restore).ShouldBeNull();
    }

    [Fact]
    public void No_service_starts_before_the_one_before_has_its_data()
    {
        var world = new RestoreWorld { Lets = _ => false }.Settle();
        world.Cluster!.Sets.Select(set => set.Key().Name).ShouldBe(["ngbbbb-metad"]);
        world.Reason("Running").ShouldBe(RestoreReasons.FetchingMeta);

        world.Daemons.Problem = "it does not answer";
        world.Lets = _ => true;
        world.Settle().Reason("Running").ShouldBe(RestoreReasons.MetaUnreachable);
        world.Cluster.Sets.Select(set => set.Key().Name).ShouldBe(["ngbbbb-metad"], "no metad has taken in its tables");

        (world.Daemons.Problem, world.Lets) = (null, pod => pod.Label(Labels.Component) == "metad");
        world.Settle().Phase.ShouldBe("MetadComplete");
        world.Cluster.Sets.Select(set => set.Key().Name).ShouldBe(["ngbbbb-metad", "ngbbbb-storaged"]);

        world.Lets = _ => true;
        world.Settle().Phase.ShouldBe("Complete");
        world.Cluster.Sets.Count.ShouldBe(3);
    }

    [Fact]
    public void R8_a_metad_whose_answer_was_lost_is_told_again_with_other_files()
    {
        var world = new RestoreWorld();
        world.Daemons.MetaFailures.Enqueue(new NebulaKeepException("the connection broke"));
        world.Settle().Phase.ShouldBe("Complete");

        world.Events.Single(happened => happened.IsWarning).Message.ShouldContain("the connection broke");
        world.Daemons.Calls.Select(call => call.Split(' ')[1..4]).ShouldBe([["ngbbbb-metad-0", "from", $"{Tables}/1/__spaces__.sst"], ["ngbbbb-metad-0", "from", $"{Tables}/2/__spaces__.sst"], ["ngbbbb-metad-1", "from", $"{Tables}/1/__spaces__.sst"], ["ngbbbb-metad-2", "from", $"{Tables}/1/__spaces__.sst"]]);
    }

    [Fact]
    public void R8_a_metad_that_always_refuses_ends_it_when_its_files_are_used_up()
    {
        var world = new RestoreWorld();
        for (var i = 0; i < 9; i++) world.Daemons.MetaFailures.Enqueue(new NebulaKeepException("E_RESTORE_FAILURE"));

        for (var i = 0; i < 9 && world.Phase != "Failed"; i++) world.Settle();

        world.Reason("Failed").ShouldBe(RestoreReasons.MetaRestoreFailed);
        world.Message("Failed")!.ShouldContain("E_RESTORE_FAILURE");
        world.Daemons.Calls.Count.ShouldBe(5);
        world.Cluster!.Sets.Select(set => set.Key().Name).ShouldBe(["ngbbbb-metad"]);
    }

    /// <summary>The operator dies after any number of actions, again and again; it all ends as if it had lived.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void An_operator_that_dies_after_every_few_actions_brings_it_to_its_end(int actions)
    {
        var world = new RestoreWorld();
        for (var life = 0; life < 200 && world.Phase != "Complete"; life++)
        {
            world.Reconcile(actions + life % 7);
            if (world.Cluster is not { } cluster) continue;
            cluster.Restore = () => world.Restore;
            cluster.Settle();
        }

        world.Phase.ShouldBe("Complete");
        world.Done.Count(done => done.StartsWith("create", StringComparison.Ordinal)).ShouldBe(1);
        foreach (var metad in Enumerable.Range(0, 3)) world.Daemons.Calls.ShouldContain(call => call.StartsWith($"restore ngbbbb-metad-{metad} ", StringComparison.Ordinal));
        world.Daemons.Calls.ShouldBeUnique("the same files are never given twice");
    }

    [Fact]
    public void It_is_complete_only_when_all_partitions_have_leaders()
    {
        var world = new RestoreWorld();
        world.Daemons.MissingLeaders = "people has 9 of 10";
        world.Settle();

        world.Phase.ShouldBe("StoragedComplete");
        world.Reason("Running").ShouldBe(RestoreReasons.WaitingForLeaders);
        world.Cluster!.Cluster.Annotation(Annotations.Restore).ShouldNotBeNull("until then nothing is backed up");
        world.Daemons.MissingLeaders = "";
        world.Settle().Phase.ShouldBe("Complete");
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(3, RestoreReasons.FetchFailed)]
    public void A_pod_that_can_never_have_its_data_ends_it_and_not_at_the_first_try(int restarts, string? reason)
    {
        var world = new RestoreWorld { Lets = _ => false }.Settle();
        world.Lets = pod =>
        {
            pod["status"] = Fetching(restarts, exitCode: 3, "agent: the backup is damaged");
            return false;
        };

        world.Settle();
        world.Settle();

        world.Reason("Failed").ShouldBe(reason);
        (reason is null ? world.Message("Running") : world.Message("Failed"))!.ShouldContain("agent: the backup is damaged");
    }

    [Theory]
    [InlineData("spec: {}", 24 * 3600)]
    [InlineData("spec: {activeDeadlineSeconds: 60}", 60)]
    public void R14_a_deadline_ends_it_and_the_last_state_is_named(string patch, int seconds)
    {
        var world = new RestoreWorld(patch) { Lets = _ => false }.Settle();
        world.Now += TimeSpan.FromSeconds(seconds);
        world.Settle().Phase.ShouldBe("Running");

        world.Now += TimeSpan.FromSeconds(1);
        world.Settle().Reason("Failed").ShouldBe(RestoreReasons.DeadlineExceeded);
        world.Message("Failed")!.ShouldContain("fetch their tables");
    }

    [Fact]
    public void A_cluster_that_somebody_deletes_ends_it()
    {
        var world = new RestoreWorld { Lets = _ => false }.Settle();
        world.Cluster = null;

        world.Settle().Reason("Failed").ShouldBe(RestoreReasons.ClusterDeleted);
    }

    [Fact]
    public void R12_deleting_an_unfinished_one_takes_its_cluster_and_volumes_along()
    {
        var world = new RestoreWorld { Lets = _ => false }.Settle();
        var cluster = world.Cluster!;
        world.Delete();

        world.Settle();

        world.IsGone.ShouldBeTrue();
        cluster.IsGone.ShouldBeTrue();
        cluster.Claims.ShouldBeEmpty();
    }

    /// <summary>Somebody took the finalizer away: the cluster stays unfinished, and no storaged finds metads without their tables.</summary>
    [Fact]
    public void A_cluster_whose_restore_is_gone_is_held_where_it_is()
    {
        var cluster = new RestoreWorld { Lets = _ => false }.Settle().Cluster!;
        (cluster.Restore, cluster.Lets) = (() => null, _ => true);

        cluster.Settle();

        cluster.Sets.Select(set => set.Key().Name).ShouldBe(["ngbbbb-metad"]);
        cluster.Reason("Ready").ShouldBe("RestoreGone");
    }

    [Fact]
    public void A_restore_of_the_same_name_that_came_later_is_another_one()
    {
        var world = new RestoreWorld { Lets = _ => false }.Settle();
        var other = (JsonObject)world.Restore.DeepClone();
        other.Metadata()["uid"] = "another";
        (world.Cluster!.Restore, world.Cluster.Lets) = (() => other, _ => true);

        world.Cluster.Settle().Reason("Ready").ShouldBe("RestoreGone");
    }

    [Fact]
    public void A_certificate_that_is_refused_is_said_with_the_names_that_it_needs()
    {
        var world = new RestoreWorld();
        world.Daemons.Problem = "the certificate names others";
        world.IsTlsRefused = true;

        world.Settle();

        world.Reason("Running").ShouldBe(RestoreReasons.TlsRefused);
        world.Message("Running")!.ShouldContain("*.ngbbbb-metad-headless.default.svc.cluster.local");
    }

    [Fact]
    public void Deleting_a_finished_one_leaves_the_cluster()
    {
        var world = new RestoreWorld().Settle();
        world.Delete();

        world.Settle();

        world.Done.ShouldNotContain("delete cluster");
        world.Cluster!.Pods.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_failed_one_leaves_its_cluster_unless_asked(bool autoRemove)
    {
        var world = new RestoreWorld($"spec: {{autoRemoveFailed: {(autoRemove ? "true" : "false")}}}");
        for (var i = 0; i < 9; i++) world.Daemons.MetaFailures.Enqueue(new NebulaKeepException("no"));

        for (var i = 0; i < 12; i++) world.Settle();

        world.Phase.ShouldBe("Failed");
        (world.Cluster is null).ShouldBe(autoRemove);
    }

    [Fact]
    public void A_plan_that_somebody_deletes_is_made_again_as_it_was()
    {
        var world = new RestoreWorld { Lets = _ => false }.Settle();
        var plan = world.Plan!.ToJson();
        world.PlanItem = null;

        world.Settle().Plan!.ToJson().ShouldBe(plan);
        world.Lets = _ => true;
        world.Settle().Phase.ShouldBe("Complete");
    }

    static JsonObject Fetching(int restarts, int exitCode, string message) => (JsonObject)JsonNode.Parse($$$"""
        {"initContainerStatuses":[{"name":"ng-restore","restartCount":{{{restarts}}},"state":{"waiting":{"reason":"CrashLoopBackOff"}},
         "lastState":{"terminated":{"exitCode":{{{exitCode}}},"message":"a line before\n{{{message}}}\n"} } }]}
        """)!;
}
