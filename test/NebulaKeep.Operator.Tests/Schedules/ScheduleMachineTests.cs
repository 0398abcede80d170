using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Schedules;

namespace NebulaKeep.Operator.Tests.Schedules;

/// <summary>Schedules without a server: what is decided, carried out in memory.</summary>
public sealed class ScheduleMachineTests
{
    readonly JsonObject schedule = (JsonObject)JsonNode.Parse("""
        {"apiVersion":"apps.nebula-graph.io/v1alpha1","kind":"NebulaCronBackup",
         "metadata":{"name":"nightly","namespace":"graph","uid":"ncb-uid","generation":1,"creationTimestamp":"2026-11-22T08:00:00Z","labels":{"team":"a","app.kubernetes.io/managed-by":"me"},
                     "annotations":{"note":"kept","kubectl.kubernetes.io/last-applied-configuration":"{}"}},
         "spec":{"schedule":"0 * * * *","backupTemplate":{"image":"br","version":"1","config":{"clusterName":"nebula","s3":{"bucket":"b"}}}}}
        """)!;
    readonly List<JsonObject> backups = [];
    readonly List<string> events = [];
    DateTimeOffset now = new(2026, 11, 22, 8, 30, 0, TimeSpan.Zero);

    JsonObject Spec => (JsonObject)schedule["spec"]!;

    JsonNode? Status => schedule["status"];

    [Fact]
    public void Before_its_time_nothing_is_made_and_the_time_is_told()
    {
        Run().ShouldBe(TimeSpan.FromMinutes(30) + TimeSpan.FromMilliseconds(100));

        backups.ShouldBeEmpty();
        (Status.Text("nextScheduleTime"), Reason("Scheduled")).ShouldBe(("2026-11-22T09:00:00Z", "Scheduled"));
    }

    [Fact]
    public void At_its_time_a_backup_is_made_from_the_template()
    {
        At("09:00:01");

        var made = backups.ShouldHaveSingleItem();
        made.Key().ShouldBe(new NamespacedName("graph", "nightly-20261122t090000"));
        JsonNode.DeepEquals(made["spec"], Spec["backupTemplate"]).ShouldBeTrue();
        (made.Label("team"), made.Label("app.kubernetes.io/managed-by"), made.Label("apps.nebula-graph.io/cron-backup")).ShouldBe(("a", "nebula-operator", "nightly"));
        (Status.Text("lastBackup"), Status.Text("lastScheduleTime")).ShouldBe(("nightly-20261122t090000", "2026-11-22T09:00:00Z"));
    }

    [Fact]
    public void B24_kubectls_copy_of_the_object_is_not_passed_on()
    {
        At("09:00:01");

        (backups[0].Annotation("note"), backups[0].Annotation("kubectl.kubernetes.io/last-applied-configuration")).ShouldBe(("kept", null));
    }

    [Fact]
    public void Of_many_missed_times_only_the_latest_is_made_up_for()
    {
        now = new DateTimeOffset(2027, 3, 1, 12, 10, 0, TimeSpan.Zero);
        Run();

        backups.ShouldHaveSingleItem().Key().Name.ShouldBe("nightly-20270301t120000");
    }

    [Fact]
    public void A_time_that_was_missed_by_more_than_the_deadline_is_let_pass()
    {
        Spec["startingDeadlineSeconds"] = 60;

        At("09:05:00");

        backups.ShouldBeEmpty();
        Reason("Scheduled").ShouldBe("Missed");
        At("10:00:30");
        backups.ShouldHaveSingleItem().Key().Name.ShouldBe("nightly-20261122t100000");
    }

    [Fact]
    public void A_restart_after_the_creation_makes_no_second_one()
    {
        At("09:00:01");
        schedule.Remove("status");

        Run();

        backups.ShouldHaveSingleItem();
        Status.Text("lastBackup").ShouldBe("nightly-20261122t090000");
    }

    [Theory]
    [InlineData(null, 1, "WaitingForBackup", "2026-11-22T09:00:00Z")]
    [InlineData("Forbid", 1, "WaitingForBackup", "2026-11-22T09:00:00Z")]
    [InlineData("Skip", 1, "Scheduled", "2026-11-22T10:00:00Z")]
    [InlineData("Allow", 2, "Scheduled", "2026-11-22T10:00:00Z")]
    public void While_a_backup_runs_the_policy_decides(string? policy, int count, string reason, string last)
    {
        if (policy is not null) Spec["concurrencyPolicy"] = policy;
        At("09:00:01");
        End(0, "Running");

        At("10:00:01");

        (backups.Count, Reason("Scheduled"), Status.Text("lastScheduleTime")).ShouldBe((count, reason, last));
    }

    [Fact]
    public void What_waited_is_made_when_the_last_one_ends()
    {
        At("09:00:01");
        End(0, "Running");
        At("10:00:01");

        End(0, "Complete");
        At("10:20:00");

        backups.Select(backup => backup.Key().Name).ShouldBe(["nightly-20261122t090000", "nightly-20261122t100000"]);
        Status.Text("lastSuccessfulTime").ShouldBe("2026-11-22T09:10:00Z");
    }

    [Fact]
    public void A_failed_one_does_not_count_as_success()
    {
        At("09:00:01");
        End(0, "Failed");
        At("09:30:00");

        Status.Text("lastSuccessfulTime").ShouldBeNull();
    }

    [Fact]
    public void A_pause_makes_nothing_and_deletes_on()
    {
        Spec["maxReservedTime"] = "24h";
        At("09:00:01");
        End(0, "Complete");
        At("10:00:01");
        End(1, "Complete");
        Spec["pause"] = true;

        now += TimeSpan.FromHours(48);
        Run();

        (Reason("Scheduled"), Status.Text("nextScheduleTime")).ShouldBe(("Paused", null));
        backups.ShouldHaveSingleItem().Key().Name.ShouldBe("nightly-20261122t100000");
    }

    [Theory]
    [InlineData("61 * * * *", "minute")]
    [InlineData("0 0 31 2 *", "never")]
    [InlineData("CRON_TZ=Moon/Base 0 0 * * *", "Moon/Base")]
    public void B25_a_schedule_that_cannot_be_is_told(string text, string message)
    {
        Spec["schedule"] = text;
        Run().ShouldBeNull();

        Condition.IsTrue(Status.At("conditions"), "Invalid").ShouldBeTrue();
        Condition.Find(Status.At("conditions"), "Invalid").Text("message")!.ShouldContain(message);
        events.ShouldBe(["InvalidSpec"]);
        Spec["schedule"] = "0 * * * *";
        At("09:00:01");
        backups.ShouldHaveSingleItem();
    }

    [Fact]
    public void B25_so_is_a_duration()
    {
        Spec["maxReservedTime"] = "3d";
        Run();

        Condition.Find(Status.At("conditions"), "Invalid").Text("message")!.ShouldContain("3d");
    }

    [Fact]
    public void The_time_zone_counts()
    {
        Spec["schedule"] = "0 5 * * *";
        Spec["timeZone"] = "Asia/Tokyo";

        At("20:00:01");

        backups.ShouldHaveSingleItem().Key().Name.ShouldBe("nightly-20261122t200000");
    }

    [Fact]
    public void B25_deleting_the_schedule_keeps_the_backups_unless_asked()
    {
        At("09:00:01");
        backups[0].At("metadata", "ownerReferences").ShouldBeNull();

        Spec["deletionPolicy"] = "Delete";
        Run();
        OwnerReferences.Uids(backups[0]).ShouldBe(["ncb-uid"]);

        Spec["deletionPolicy"] = "Retain";
        Run();
        OwnerReferences.Uids(backups[0]).ShouldBeEmpty();
    }

    [Fact]
    public void B25_backups_that_upstreams_operator_would_delete_with_it_are_freed()
    {
        At("09:00:01");
        backups[0].Metadata()["ownerReferences"] = new JsonArray(OwnerReferences.Controller(schedule));

        Run();

        OwnerReferences.Uids(backups[0]).ShouldBeEmpty();
    }

    [Fact]
    public void A_long_name_makes_names_and_labels_that_fit()
    {
        schedule.Metadata()["name"] = new string('a', 250);

        At("09:00:01");

        backups[0].Key().Name.Length.ShouldBeLessThanOrEqualTo(253);
        backups[0].Label("apps.nebula-graph.io/cron-backup")!.Length.ShouldBeLessThanOrEqualTo(63);
    }

    [Fact]
    public void A_rest_needs_no_further_write()
    {
        At("09:00:01");

        ScheduleMachine.Decide(Facts()).ShouldBeOfType<ScheduleAction.Idle>();
    }

    void At(string time)
    {
        now = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero) + TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
        Run();
    }

    void End(int index, string phase) => backups[index]["status"] = new JsonObject { ["phase"] = phase, ["timeCompleted"] = phase == "Complete" ? "2026-11-22T09:10:00Z" : null };

    string? Reason(string condition) => Condition.Find(Status.At("conditions"), condition).Text("reason");

    ScheduleFacts Facts() => new((JsonObject)schedule.DeepClone(), [.. backups], [.. backups], now);

    TimeSpan? Run()
    {
        for (var step = 0; step < 50; step++)
        {
            switch (ScheduleMachine.Decide(Facts()))
            {
                case ScheduleAction.Idle idle: return idle.Again;
                case ScheduleAction.WriteStatus(var patch, var happened):
                    MergePatch.Apply(schedule, patch);
                    if (happened is not null) events.Add(happened.Reason);
                    break;
                case ScheduleAction.CreateBackup(var backup):
                    backup.Metadata()["creationTimestamp"] = now.ToKubernetesTime();
                    backups.Add(backup);
                    break;
                case ScheduleAction.PatchBackup(var key, var patch): MergePatch.Apply(backups.Single(backup => backup.Key() == key), patch); break;
                case ScheduleAction.DeleteBackups(var unwanted): backups.RemoveAll(backup => unwanted.Any(one => one.Key == backup.Key())); break;
            }
        }
        throw new InvalidOperationException("No rest");
    }
}
