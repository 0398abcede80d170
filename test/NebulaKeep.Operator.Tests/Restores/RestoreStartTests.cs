using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Restores;
using NebulaKeep.Operator.Shared;
using NebulaKeep.Operator.Tests.Clusters;

namespace NebulaKeep.Operator.Tests.Restores;

/// <summary>What keeps a restore from beginning is told and waited for, and nothing is made before.</summary>
public sealed class RestoreStartTests
{
    [Fact]
    public void R1_the_cluster_that_was_backed_up_need_not_exist() => new RestoreWorld { Source = null }.Settle().Phase.ShouldBe("Complete");

    [Fact]
    public void R1_without_any_spec_it_says_what_is_missing()
    {
        var world = new RestoreWorld { Recorded = null }.Settle();

        Waits(world, RestoreReasons.NoClusterSpec).ShouldContain("spec.clusterTemplate");
    }

    [Theory]
    [InlineData(false, false, "recorded")]
    [InlineData(false, true, "live")]
    [InlineData(true, true, "template")]
    public void The_spec_is_the_users_else_the_living_clusters_else_the_backups(bool template, bool live, string expected)
    {
        var world = new RestoreWorld();
        world.Recorded!["schedulerName"] = "recorded";
        if (live) world.Source = ClusterCase.Json("spec: {schedulerName: live, agent: {image: nebulakeep/nebula-agent, version: v1}}");
        if (template) world.Restore["spec"]!["clusterTemplate"] = ClusterCase.Json("spec: {schedulerName: template, agent: {image: nebulakeep/nebula-agent, version: v1}}")["spec"]!.DeepClone();

        world.Settle().Cluster!.Cluster.Text("spec", "schedulerName").ShouldBe(expected);
    }

    [Fact]
    public void R2_a_name_of_the_users_is_taken()
    {
        var world = new RestoreWorld("spec: {restoredClusterName: second}").Settle();

        world.Cluster!.Cluster.Key().Name.ShouldBe("second");
    }

    [Fact]
    public void A_cluster_of_the_wanted_name_is_in_the_way_and_not_touched()
    {
        var world = new RestoreWorld("spec: {restoredClusterName: nebula}") { Cluster = new ClusterWorld() };
        world.Settle();

        Waits(world, RestoreReasons.ClusterExists, mayHaveCluster: true).ShouldContain("spec.restoredClusterName");
        world.Delete();
        world.Settle().IsGone.ShouldBeTrue();
        world.Cluster!.Pods.ShouldNotBeEmpty("it is not this restore's");
    }

    [Fact]
    public void A_name_by_chance_that_is_taken_is_chosen_again()
    {
        var world = new RestoreWorld();
        world.Reconcile(2);
        world.Restore.Text("status", "clusterName").ShouldBe("ngbbbb");
        world.Cluster = new ClusterWorld((JsonObject)JsonNode.Parse(ClusterCase.Json().ToJsonString().Replace("\"nebula\"", "\"ngbbbb\"", StringComparison.Ordinal))!);
        world.Names.Dequeue();

        world.Reconcile(3);

        world.Restore.Text("status", "clusterName").ShouldBe("ngcccc");
    }

    [Theory]
    [InlineData("spec: {config: {s3: null}}", "exactly one of s3 and gs")]
    [InlineData("spec: {config: {s3: {secretName: null}}}", "names no Secret")]
    [InlineData("spec: {config: {backupName: yesterday}}", "BACKUP_yyyy_MM_dd_HH_mm_ss")]
    [InlineData("spec: {restoredClusterName: Big}", "restoredClusterName")]
    public void A_spec_that_cannot_be_carried_out_starts_nothing_and_says_why(string patch, string expected)
    {
        var world = new RestoreWorld(patch).Settle();

        world.Phase.ShouldBe("Invalid");
        world.Message("Invalid")!.ShouldContain(expected);
        world.Cluster.ShouldBeNull();
    }

    [Fact]
    public void R3_a_store_that_does_not_answer_is_waited_for()
    {
        var world = new RestoreWorld { BackupProblem = (RestoreReasons.StoreUnreachable, "it does not answer") }.Settle();
        Waits(world, RestoreReasons.StoreUnreachable).ShouldBe("it does not answer");

        world.BackupProblem = ("", "");
        world.Settle().Phase.ShouldBe("Complete");
        world.Events[0].ShouldBe(new UserEvent(true, RestoreReasons.StoreUnreachable, "it does not answer"));
    }

    [Fact]
    public void A_missing_key_of_a_Secret_is_told_and_waited_for()
    {
        var world = new RestoreWorld { Secrets = ("SecretKeyMissing", "no secret_key") }.Settle();
        Waits(world, "SecretKeyMissing").ShouldBe("no secret_key");

        world.Secrets = ("", "");
        world.Settle().Phase.ShouldBe("Complete");
    }

    [Fact]
    public void R9_a_backup_of_another_number_of_storageds_is_refused_by_the_spec_of_the_new_cluster()
    {
        var world = new RestoreWorld { BackupHosts = 2 }.Settle();
        Waits(world, RestoreReasons.TopologyMismatch).ShouldContain("2 storage hosts");

        world.Restore["spec"]!["clusterTemplate"] = Changed(world.Recorded!, spec => spec["storaged"]!["replicas"] = 2);
        world.Settle().Phase.ShouldBe("Complete");
    }

    [Fact]
    public void A_zone_with_several_hosts_is_refused_before_anything_is_made()
    {
        var world = new RestoreWorld { BackupZones = 1 };

        Waits(world.Settle(), RestoreReasons.TopologyMismatch).ShouldContain("a zone holds several hosts");
    }

    [Fact]
    public void Upstreams_agent_cannot_fetch_and_this_is_said()
    {
        var world = new RestoreWorld();
        world.Recorded!.Remove("agent");

        Waits(world.Settle(), RestoreReasons.NoAgentImage).ShouldContain("spec.agent.image");
    }

    [Theory]
    [InlineData(false, null, false)]
    [InlineData(true, null, true)]
    [InlineData(false, "other", true)]
    [InlineData(false, "third", false)]
    public void Another_namespace_must_allow_it(bool policy, string? allowed, bool starts)
    {
        var world = new RestoreWorld("metadata: {namespace: other}\nspec: {config: {clusterNamespace: default}}") { AllowCrossNamespace = policy };
        if (allowed is not null)
        {
            world.Source = ClusterCase.Json("spec: {agent: {image: nebulakeep/nebula-agent, version: v1}}");
            world.Source.Metadata()["annotations"] = new JsonObject { [Annotations.BackupNamespaces] = allowed };
        }

        world.Settle();

        if (starts) world.Cluster!.Cluster.Key().Namespace.ShouldBe("default");
        else Waits(world, RestoreReasons.CrossNamespaceDenied);
    }

    [Theory]
    [InlineData("spec: {config: {s3: {endpoint: 'https://guest.example'}}}", "endpoint")]
    [InlineData("spec: {clusterTemplate: {metad: {}}}", "spec.clusterTemplate")]
    public void A_guest_can_neither_choose_what_runs_nor_where_the_owners_credentials_go(string patch, string expected)
    {
        var world = new RestoreWorld($"metadata: {{namespace: other}}\nspec: {{config: {{clusterNamespace: default}}}}");
        MergePatch.Apply(world.Restore, (JsonObject)Kubernetes.Yaml.YamlReader.ReadAll(patch)[0]);
        world.Source = ClusterCase.Json("spec: {agent: {image: nebulakeep/nebula-agent, version: v1}}");
        world.Source.Metadata()["annotations"] = new JsonObject { [Annotations.BackupNamespaces] = "other" };

        Waits(world.Settle(), RestoreReasons.CrossNamespaceDenied).ShouldContain(expected);
    }

    /// <summary>Between the cluster and the write that records it, too: otherwise nobody would ever remove that cluster.</summary>
    [Fact]
    public void An_edit_at_any_moment_leaves_no_cluster_that_nobody_knows_of()
    {
        for (var actions = 1; actions < 15; actions++)
        {
            var world = new RestoreWorld("spec: {restoredClusterName: first}") { Lets = _ => false };
            world.Reconcile(actions);
            world.Restore["spec"]!["restoredClusterName"] = "edited";
            world.Restore["spec"]!["config"]!["clusterNamespace"] = "elsewhere";
            world.AllowCrossNamespace = true;
            world.Settle();
            world.Delete();
            world.Settle();

            world.IsGone.ShouldBeTrue();
            world.Cluster.ShouldBeNull($"after {actions} actions");
        }
    }

    [Fact]
    public void An_edit_of_a_started_one_changes_nothing()
    {
        var world = new RestoreWorld { Lets = _ => false }.Settle();
        world.Restore["spec"]!["config"]!["backupName"] = "BACKUP_2020_01_01_00_00_00";
        world.Lets = _ => true;

        world.Settle().Phase.ShouldBe("Complete");
        world.Plan!.Backup.ShouldBe(RestoreWorld.BackupName);
        world.Message("Complete")!.ShouldContain(RestoreWorld.BackupName);
    }

    static string Waits(RestoreWorld world, string reason, bool mayHaveCluster = false)
    {
        world.Phase.ShouldBe("Pending");
        world.Reason("Running").ShouldBe(reason);
        if (!mayHaveCluster) world.Cluster.ShouldBeNull();
        return world.Message("Running")!;
    }

    static JsonObject Changed(JsonObject spec, Action<JsonObject> change)
    {
        var clone = (JsonObject)spec.DeepClone();
        change(clone);
        return clone;
    }
}
