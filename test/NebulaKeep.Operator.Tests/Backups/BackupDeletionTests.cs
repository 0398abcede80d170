using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Backups;

namespace NebulaKeep.Operator.Tests.Backups;

/// <summary>Deleting a NebulaBackup at any point of its life.</summary>
public sealed class BackupDeletionTests
{
    readonly BackupWorld world = new();

    [Fact]
    public void Before_the_start_nothing_holds_it()
    {
        world.Cluster = null;
        world.Run();

        world.Backup.At("metadata", "finalizers").ShouldBeNull();
    }

    [Fact]
    public void A_complete_one_goes_at_once_and_leaves_its_data()
    {
        Complete(clean: false);

        world.Backup.At("metadata", "finalizers")!.AsArray().Count.ShouldBe(0);
        world.CleanJob.ShouldBeNull();
    }

    [Fact]
    public void With_cleanBackupData_the_data_goes_first()
    {
        Complete(clean: true);
        world.Delete();

        world.Run();
        world.CleanJob.At("spec", "template", "spec", "containers")!.AsArray()[0]!["args"]!.ToJsonString().ShouldContain($"\"cleanup\",\"--name\",\"{BackupWorld.BackupName}\"");
        (world.Phase, world.Reason("Clean")).ShouldBe(("Clean", "Cleaning"));
        world.CleanJobEnds("Complete");
        world.Run();

        (world.IsTrue("Clean"), world.IsGone).ShouldBe((true, true));
    }

    [Fact]
    public void B17_the_cluster_need_not_exist_any_more()
    {
        Complete(clean: true);
        (world.Cluster, world.Job, world.Pods) = (null, null, []);
        world.Delete();

        world.Run();
        world.CleanJob.ShouldNotBeNull();
        world.CleanJobEnds("Complete");
        world.Run();

        world.IsGone.ShouldBeTrue();
    }

    [Fact]
    public void B17_a_failed_clean_Job_is_tried_again_with_growing_delays()
    {
        Complete(clean: true);
        world.Delete();
        List<TimeSpan> waits = [];

        for (var attempt = 0; attempt < 4; attempt++)
        {
            world.Run();
            world.CleanJobEnds("Failed", """{"event":"failed","message":"the store does not answer"}""");
            waits.Add(world.Run()!.Value);
            world.Now += waits[^1];
        }

        waits.ShouldBe([TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(240)]);
        world.Message("Clean")!.ShouldContain("the store does not answer");
        world.Status.At("cleanFailures")!.GetValue<int>().ShouldBe(4);
    }

    [Fact]
    public void B17_the_finalizer_goes_when_the_time_is_over_and_says_what_stays()
    {
        Complete(clean: true);
        world.Delete();
        world.Run();
        world.CleanJobEnds("Failed", """{"event":"failed","message":"the store does not answer"}""");
        world.Run();

        world.Now += world.Policy.CleanTimeout;
        world.Run();

        world.IsGone.ShouldBeTrue();
        var last = world.Events[^1];
        (last.IsWarning, last.Reason).ShouldBe((true, "CleanAbandoned"));
        last.Message.ShouldContain(BackupWorld.BackupName);
        last.Message.ShouldContain("the store does not answer");
    }

    [Fact]
    public void B17_a_clean_Job_that_hangs_does_not_hold_it_for_ever()
    {
        Complete(clean: true);
        world.Delete();
        world.Run();

        world.Now += world.Policy.CleanTimeout + TimeSpan.FromSeconds(1);
        world.Run();

        world.IsGone.ShouldBeTrue();
    }

    [Fact]
    public void B17_switching_cleanBackupData_off_releases_it_while_it_is_being_deleted()
    {
        Complete(clean: true);
        world.Delete();
        world.Run();

        world.Spec["cleanBackupData"] = false;
        world.Run();

        world.IsGone.ShouldBeTrue();
    }

    [Fact]
    public void B17_the_annotation_gives_cleaning_up()
    {
        Complete(clean: true);
        world.Delete();
        world.Run();

        world.Backup.Metadata()["annotations"] = new JsonObject { ["apps.nebula-graph.io/skip-clean"] = "true" };
        world.Run();

        world.IsGone.ShouldBeTrue();
    }

    [Fact]
    public void B17_a_namespace_that_goes_takes_it_along()
    {
        Complete(clean: true);
        world.Delete();
        world.CannotCreate = true;

        world.Run();

        world.IsGone.ShouldBeTrue();
        world.Events[^1].Message.ShouldContain("namespace");
    }

    [Fact]
    public void Nothing_left_to_clean_is_as_good_as_cleaned()
    {
        Complete(clean: true);
        world.Delete();
        world.Run();
        world.CleanJobEnds("Failed", """{"event":"failed","reason":"NothingToClean","message":"s3://b holds no such backup"}""");

        world.Run();

        world.IsGone.ShouldBeTrue();
    }

    [Fact]
    public void What_was_started_with_another_spec_is_cleaned_where_it_was_started()
    {
        Complete(clean: true);
        world.Config["s3"]!["bucket"] = "elsewhere";
        world.Delete();

        world.Run();

        world.CleanJob.At("spec", "template", "spec", "containers")!.AsArray()[0]!["args"]!.ToJsonString().ShouldContain("s3://b\"");
    }

    [Fact]
    public void A_running_one_is_cancelled_waited_for_and_cleaned()
    {
        world.Run();
        world.PodRuns($$"""{"event":"named","name":"{{BackupWorld.BackupName}}"}""");
        world.Run();
        world.Delete();

        world.Act(world.Decide());
        (world.Phase, world.Reason("Failed")).ShouldBe(("Failed", "Cancelled"));
        var delete = world.Decide().ShouldBeOfType<BackupAction.DeleteJob>();
        delete.Propagation.ShouldBe(Propagation.Foreground, "the Job must stay until its pod has ended");
        world.Job!.Metadata()["deletionTimestamp"] = world.Now.ToKubernetesTime();
        world.Run();
        world.CleanJob.ShouldBeNull("br still works");

        (world.Job, world.Pods) = (null, []);
        world.Run();
        world.CleanJob.ShouldNotBeNull("a cancelled backup is no backup: what is left of it goes");
        world.Lease.Text("spec", "holderIdentity").ShouldBe("graph/nb/nb-uid", "no other backup may start in the presence of its checkpoint");
        world.CleanJobEnds("Complete");
        world.Run();

        world.IsGone.ShouldBeTrue();
        world.Lease.Text("spec", "holderIdentity").ShouldBe("");
    }

    [Fact]
    public void B17_the_name_is_looked_for_before_the_Job_goes()
    {
        world.Run();
        world.PodRuns($$"""{"event":"named","name":"{{BackupWorld.BackupName}}"}""");
        world.Delete();

        world.Run();

        world.Status.Text("backupName").ShouldBe(BackupWorld.BackupName);
        world.CleanJob.ShouldNotBeNull();
    }

    [Fact]
    public void B17_one_that_ended_before_anybody_looked_is_cleaned_too()
    {
        world.Spec["cleanBackupData"] = true;
        world.Run();
        world.Delete();
        world.Completes();

        world.Run();

        (world.IsTrue("Complete"), world.Status.Text("backupName")).ShouldBe((true, BackupWorld.BackupName));
        world.CleanJob.ShouldNotBeNull();
    }

    [Fact]
    public void One_that_was_cancelled_before_it_had_a_name_leaves_nothing_to_clean()
    {
        world.Run();
        world.Delete();

        world.Run();

        world.IsGone.ShouldBeTrue();
        world.CleanJob.ShouldBeNull();
    }

    [Fact]
    public void A_pod_that_cannot_end_does_not_hold_it_for_ever()
    {
        world.Run();
        world.Delete();
        world.Act(world.Decide());
        world.Job!.Metadata()["deletionTimestamp"] = world.Now.ToKubernetesTime();
        world.Run().ShouldNotBeNull();

        world.Now += world.Policy.CleanTimeout + TimeSpan.FromSeconds(1);
        world.Run();

        world.IsGone.ShouldBeTrue();
    }

    void Complete(bool clean)
    {
        world.Spec["cleanBackupData"] = clean;
        world.Run();
        world.Completes();
        world.Run();
        world.Phase.ShouldBe("Complete");
    }
}
