using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Backups;

namespace NebulaKeep.Operator.Tests.Backups;

/// <summary>From creation to the end, without a server.</summary>
public sealed class BackupLifeTests
{
    readonly BackupWorld world = new();

    [Fact]
    public void A_backup_goes_from_nothing_to_complete()
    {
        world.Run();
        (world.Phase, world.Status.Text("type"), world.Status.Text("jobName"), world.Status.Text("jobUid")).ShouldBe(("Running", "full", "backup-full-nb", "job-1"));
        world.PodRuns($$"""{"event":"named","name":"{{BackupWorld.BackupName}}"}""");
        world.Run();
        world.Status.Text("backupName").ShouldBe(BackupWorld.BackupName);

        world.Completes();
        world.Run();

        world.ShouldSatisfyAllConditions(
            () => world.Phase.ShouldBe("Complete"),
            () => world.IsTrue("Complete").ShouldBeTrue(),
            () => world.IsTrue("Running").ShouldBeFalse(),
            () => world.Status.Time("timeCompleted").ShouldBe(world.Now),
            () => world.Status.At("progress", "bytes")!.GetValue<long>().ShouldBe(900),
            () => world.Status.At("writeBlockedMilliseconds")!.GetValue<long>().ShouldBe(120),
            () => world.Job.ShouldNotBeNull("autoRemoveFinished is off"),
            () => world.Lease.Text("spec", "holderIdentity").ShouldBe(""),
            () => world.Backup.At("metadata", "finalizers")!.AsArray().Count.ShouldBe(0),
            () => world.Events.Select(e => e.Reason).ShouldBe(["Started", "Named", "BackupComplete"]));
    }

    [Fact]
    public void Trouble_and_the_name_that_are_seen_at_once_are_both_told()
    {
        world.Run();
        world.PodRuns($$"""{"event":"named","name":"{{BackupWorld.BackupName}}"}""");
        ((JsonArray)world.Pods[0].At("status", "containerStatuses")!).Add(BackupWorld.Parse("""{"name":"side","state":{"waiting":{"reason":"ImagePullBackOff"}}}"""));

        world.Run();

        world.Events.Select(e => e.Reason).ShouldBe(["Started", "Named", "ImagePullBackOff"]);
    }

    [Fact]
    public void An_incremental_one_names_its_base()
    {
        var incremental = new BackupWorld("BACKUP_2026_11_21_08_05_13");

        incremental.Run();

        (incremental.Status.Text("type"), incremental.Status.Text("jobName"), incremental.Status.Text("baseBackupName")).ShouldBe(("incr", "backup-incr-nb", "BACKUP_2026_11_21_08_05_13"));
    }

    [Fact]
    public void B7_the_name_of_the_base_is_never_taken_for_the_new_one()
    {
        var incremental = new BackupWorld("BACKUP_2026_11_21_08_05_13");
        incremental.Run();

        incremental.PodRuns("Base is BACKUP_2026_11_21_08_05_13\n");
        incremental.Run();
        incremental.Status.Text("backupName").ShouldBeNull();
        incremental.PodRuns($"Base is BACKUP_2026_11_21_08_05_13\nnow {BackupWorld.BackupName}\n");
        incremental.Run();

        incremental.Status.Text("backupName").ShouldBe(BackupWorld.BackupName);
    }

    [Fact]
    public void B7_the_phase_never_goes_blank_when_the_name_is_found()
    {
        world.Run();
        world.PodRuns($$"""{"event":"named","name":"{{BackupWorld.BackupName}}"}""");

        world.Run();

        world.Phase.ShouldBe("Running");
    }

    [Fact]
    public void B7_a_backup_without_a_name_is_not_complete()
    {
        world.Run();
        world.PodEnds(0, "done");
        world.JobEnds("Complete");

        world.Run();

        (world.Phase, world.Reason("Failed")).ShouldBe(("Failed", "NameUnknown"));
    }

    [Fact]
    public void Upstreams_log_gives_the_name()
    {
        world.Run();
        world.PodEnds(0, null);
        world.Log = $$"""
            + exec /usr/local/bin/br-ent backup full BACKUP_2001_01_01_01_01_01
            {"level":"info","msg":"Create backup in nebula machine's local.","name":"{{BackupWorld.BackupName}}","time":"2026-11-22T10:11:12.174Z"}
            Backup succeed.
            """;
        world.JobEnds("Complete");

        world.Run();

        (world.Phase, world.Status.Text("backupName")).ShouldBe(("Complete", BackupWorld.BackupName));
    }

    [Fact]
    public void B22_progress_is_told_and_not_more_often_than_the_period()
    {
        world.Run();
        world.PodRuns($$"""{"event":"named","name":"{{BackupWorld.BackupName}}"}""" + "\n" + """{"event":"progress","filesDone":1,"filesTotal":4,"bytesDone":10,"bytesTotal":40}""");
        world.Run().ShouldBe(world.Policy.ProgressPeriod);
        world.Log = """{"event":"progress","filesDone":2,"filesTotal":4,"bytesDone":20,"bytesTotal":40}""";
        world.Now += TimeSpan.FromSeconds(5);
        world.Run();
        world.Status.At("progress", "bytes")!.GetValue<long>().ShouldBe(10);

        world.Now += TimeSpan.FromSeconds(15);
        world.Run();

        (world.Status.At("progress", "bytes")!.GetValue<long>(), world.Status.At("progress", "totalBytes")!.GetValue<long>()).ShouldBe((20, 40));
    }

    [Fact]
    public void A_failure_says_what_br_said()
    {
        world.Run();
        world.PodEnds(1, $$"""{"event":"failed","name":"{{BackupWorld.BackupName}}","message":"The bucket b is not there."}""");
        world.JobEnds("Failed", "BackoffLimitExceeded");

        world.Run();

        (world.Phase, world.Reason("Failed"), world.Message("Failed"), world.Status.Text("backupName")).ShouldBe(("Failed", "BackupFailed", "The bucket b is not there.", BackupWorld.BackupName));
        world.Lease.Text("spec", "holderIdentity").ShouldBe("");
    }

    [Theory]
    [InlineData("OOMKilled", 137, "OOMKilled", "memory")]
    [InlineData("Error", 1, "BackupFailed", "exit code 1")]
    public void A_failure_without_a_word_says_what_the_kubelet_saw(string reason, int code, string wanted, string message)
    {
        world.Run();
        world.PodEnds(code, null, reason);
        world.JobEnds("Failed", "BackoffLimitExceeded");

        world.Run();

        world.Reason("Failed").ShouldBe(wanted);
        world.Message("Failed")!.ShouldContain(message);
    }

    [Fact]
    public void A_pod_that_cannot_start_says_why_and_goes_on_when_it_can()
    {
        world.Run();
        world.Pods = [BackupWorld.Parse("""{"metadata":{"name":"pod","namespace":"graph"},"status":{"containerStatuses":[{"name":"ng-backup","state":{"waiting":{"reason":"ImagePullBackOff","message":"no such image"}}}]}}""")];

        world.Run();
        (world.Phase, world.Reason("Running")).ShouldBe(("Running", "ImagePullBackOff"));
        world.Message("Running")!.ShouldContain("no such image");
        world.PodRuns();
        world.Run();

        world.Reason("Running").ShouldBe("JobCreated");
    }

    [Fact]
    public void B16_a_deadline_ends_it_and_is_named()
    {
        world.Spec["activeDeadlineSeconds"] = 90;
        world.Run();
        world.Job.At("spec", "activeDeadlineSeconds")!.GetValue<long>().ShouldBe(90);
        world.Pods = [];
        world.JobEnds("Failed", "DeadlineExceeded");

        world.Run();

        world.Reason("Failed").ShouldBe("DeadlineExceeded");
        world.Message("Failed")!.ShouldContain("90 s");
    }

    [Fact]
    public void B16_without_a_deadline_of_its_own_the_operators_holds()
    {
        world.Run();

        world.Job.At("spec", "activeDeadlineSeconds")!.GetValue<long>().ShouldBe(24 * 3600);
    }

    [Fact]
    public void The_Job_is_removed_at_the_end_where_that_is_asked_for()
    {
        world.Spec["autoRemoveFinished"] = true;
        world.Run();
        world.Completes();

        world.Run();

        world.Job.ShouldBeNull();
        world.Phase.ShouldBe("Complete");
    }

    [Fact]
    public void B9_a_removed_Job_is_never_made_again()
    {
        world.Spec["autoRemoveFinished"] = true;
        world.Run();
        var old = (JsonObject)world.Backup.DeepClone();
        world.Completes();
        world.Run();

        // What an old cache still shows: running, and no Job.
        world.Backup = old;
        world.Run();

        world.JobsMade.ShouldBe(1);
    }

    [Fact]
    public void B10_a_Job_that_somebody_deleted_is_a_failure_and_not_a_second_backup()
    {
        world.Run();
        (world.Job, world.Pods) = (null, []);

        world.Run();

        (world.Phase, world.Reason("Failed"), world.JobsMade).ShouldBe(("Failed", "JobDeleted", 1));
    }

    [Fact]
    public void B10_another_Job_of_its_name_is_not_taken_for_it()
    {
        world.Run();
        world.Job!.Metadata()["uid"] = "somebody-elses";

        world.Run();

        world.Reason("Failed").ShouldBe("JobDeleted");
    }

    [Fact]
    public void B23_a_sidecar_that_never_ends_does_not_keep_the_backup_from_being_complete()
    {
        world.Run();
        world.PodEnds(0, $$"""{"event":"complete","name":"{{BackupWorld.BackupName}}"}""", sidecarRuns: true);

        world.Run();

        world.Phase.ShouldBe("Complete");
        world.Job.At("spec", "parallelism")!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public void B23_nor_from_failing()
    {
        world.Run();
        world.PodEnds(1, """{"event":"failed","message":"no"}""", sidecarRuns: true);

        world.Run();

        world.Phase.ShouldBe("Failed");
        world.Job.At("spec", "parallelism")!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public void A_pod_that_has_just_ended_alone_is_left_to_the_Job_controller()
    {
        world.Run();
        world.PodEnds(0, $$"""{"event":"complete","name":"{{BackupWorld.BackupName}}"}""");

        world.Run();

        world.Phase.ShouldBe("Running");
        world.Writes.OfType<BackupAction.StopJob>().ShouldBeEmpty();
    }

    [Fact]
    public void B14_an_edit_of_a_started_backup_changes_nothing_and_is_told()
    {
        world.Run();
        world.Config["baseBackupName"] = "BACKUP_2026_11_21_08_05_13";

        world.Run();

        (world.JobsMade, world.Reason("Invalid"), world.Status.Text("type"), world.Phase).ShouldBe((1, "SpecChanged", "full", "Running"));
    }

    [Fact]
    public void The_Lease_goes_when_the_cluster_goes_also_one_that_an_earlier_cluster_of_that_name_had()
    {
        var backup = BackupWorld.Parse("""{"metadata":{"name":"nb","namespace":"graph","uid":"nb-uid"}}""");
        JsonObject Cluster(string uid) => BackupWorld.Parse($$$"""{"apiVersion":"apps.nebula-graph.io/v1alpha1","kind":"NebulaCluster","metadata":{"name":"nebula","namespace":"graph","uid":"{{{uid}}}"}}""");
        var key = ClusterLock.KeyOf(new NamespacedName("graph", "nebula"));

        var first = ClusterLock.Take(null, key, backup, Cluster("first"), DateTimeOffset.UnixEpoch);
        var second = ClusterLock.Take(first, key, backup, Cluster("second"), DateTimeOffset.UnixEpoch);

        OwnerReferences.Uids(first).ShouldBe(["first"]);
        OwnerReferences.Uids(second).ShouldBe(["second"]);
    }

    [Fact]
    public void B15_a_second_backup_of_the_cluster_waits_for_the_first()
    {
        world.Lease = BackupWorld.Parse("""{"metadata":{"name":"nebula-backup-nebula","namespace":"graph"},"spec":{"holderIdentity":"graph/first/first-uid","renewTime":"2026-11-22T07:00:00.000000Z"}}""");
        world.LeaseHolder = BackupWorld.Parse("""{"metadata":{"name":"first","namespace":"graph","uid":"first-uid"},"status":{"jobUid":"j"}}""");

        world.Run().ShouldNotBeNull();
        (world.Phase, world.Reason("Running"), world.JobsMade).ShouldBe(("Pending", "WaitingForBackup", 0));
        world.Message("Running")!.ShouldContain("graph/first");

        world.LeaseHolder["status"]!["conditions"] = new JsonArray(new JsonObject { ["type"] = "Complete", ["status"] = "True" });
        world.Run();
        world.Phase.ShouldBe("Running");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"metadata":{"uid":"another"},"status":{"jobUid":"j"}}""")]
    [InlineData("""{"metadata":{"uid":"first-uid"},"status":{"phase":"Pending"}}""")]
    public void B15_a_holder_that_is_gone_or_never_started_holds_nobody_up(string? holder)
    {
        world.Lease = BackupWorld.Parse("""{"metadata":{"name":"nebula-backup-nebula","namespace":"graph"},"spec":{"holderIdentity":"graph/first/first-uid","renewTime":"2026-11-22T07:00:00.000000Z"}}""");
        world.LeaseHolder = holder is null ? null : BackupWorld.Parse(holder);

        world.Run();

        world.Phase.ShouldBe("Running");
    }

    [Fact]
    public void B15_a_cancelled_backup_keeps_the_cluster_until_its_pod_has_ended()
    {
        world.Lease = BackupWorld.Parse("""{"metadata":{"name":"nebula-backup-nebula","namespace":"graph"},"spec":{"holderIdentity":"graph/first/first-uid","renewTime":"2026-11-22T07:00:00.000000Z"}}""");
        world.LeaseHolder = BackupWorld.Parse("""{"metadata":{"name":"first","uid":"first-uid","deletionTimestamp":"2026-11-22T07:00:00Z"},"status":{"jobUid":"j","conditions":[{"type":"Failed","status":"True","reason":"Cancelled"}]}}""");

        world.Run();

        world.Reason("Running").ShouldBe("WaitingForBackup");
    }

    [Fact]
    public void What_is_complete_asks_for_nothing_after_a_restart()
    {
        world.Run();
        world.Completes();
        world.Run();
        (world.Job, world.Pods, world.Cluster) = (null, [], null);
        world.Secrets.Clear();

        world.Decide().ShouldBe(new BackupAction.Idle());
    }

    [Fact]
    public void A_Job_is_deleted_by_its_identity()
    {
        world.Spec["autoRemoveFinished"] = true;
        world.Run();
        world.Completes();

        world.Run();

        var deleted = world.Writes.OfType<BackupAction.DeleteJob>().ShouldHaveSingleItem();
        (deleted.Uid, deleted.Propagation).ShouldBe(("job-1", Propagation.Background));
    }
}
