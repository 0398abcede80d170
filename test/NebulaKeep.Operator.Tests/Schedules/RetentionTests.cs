using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Schedules;

namespace NebulaKeep.Operator.Tests.Schedules;

public sealed class RetentionTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_older_than_the_limit_goes()
    {
        var (old, young) = (Backup(50), Backup(10));

        Deleted([old, young], hours: 24).ShouldBe([old]);
    }

    [Fact]
    public void B25_the_newest_complete_one_stays_however_old()
    {
        var (complete, failed) = (Backup(500), Backup(400, phase: "Failed"));

        Deleted([complete, failed], hours: 24).ShouldBe([failed]);
    }

    [Fact]
    public void B25_a_base_stays_as_long_as_anything_builds_on_it()
    {
        var (full, first, second) = (Backup(50), Backup(40, start: 50), Backup(10, start: 40));

        Deleted([full, first, second], hours: 24).ShouldBeEmpty();
    }

    [Fact]
    public void B25_also_where_a_user_made_what_builds_on_it()
    {
        var (full, next) = (Backup(50), Backup(10));
        var others = Backup(1, start: 50, phase: "Pending");

        Retention.ToDelete([full, next], [full, next, others], TimeSpan.FromHours(24), null, Now).ShouldBeEmpty();
    }

    [Fact]
    public void A_chain_that_is_old_as_a_whole_goes_from_its_end()
    {
        var (full, first, second, fresh) = (Backup(50), Backup(40, start: 50), Backup(30, start: 40), Backup(1));

        Deleted([full, first, second, fresh], hours: 24).ShouldBe([second, first, full]);
    }

    [Fact]
    public void Only_so_many_complete_ones_are_kept_and_older_failures_go_with_the_rest()
    {
        var all = new[] { Backup(1), Backup(2, phase: "Failed"), Backup(3), Backup(4), Backup(5, phase: "Failed") };

        Deleted(all, most: 2).ShouldBe([all[3], all[4]]);
    }

    [Theory]
    [InlineData("Running")]
    [InlineData("Pending")]
    [InlineData(null)]
    public void What_has_not_ended_is_never_deleted(string? phase) =>
        Deleted([Backup(900, phase: phase), Backup(1)], hours: 1, most: 1).ShouldBeEmpty();

    [Fact]
    public void What_is_being_deleted_is_left_alone()
    {
        var going = Backup(900);
        going.Metadata()["deletionTimestamp"] = "2026-11-22T07:00:00Z";

        Deleted([going, Backup(1)], hours: 24).ShouldBeEmpty();
    }

    [Fact]
    public void The_next_expiry_is_that_of_the_oldest_that_has_not_expired() =>
        Retention.NextExpiry([Backup(30), Backup(20), Backup(5)], TimeSpan.FromHours(24), Now).ShouldBe(Now.AddHours(4));

    [Fact]
    public void No_deletion_ever_harms_what_is_kept() => Prop.ForAll(Cases().ToArbitrary(), one =>
    {
        var (backups, hours, most) = one;
        var deleted = Retention.ToDelete(backups, backups, hours is { } h ? TimeSpan.FromHours(h) : null, most, Now).ToHashSet();
        var kept = backups.Where(backup => !deleted.Contains(backup)).ToList();
        var newest = backups.Where(backup => backup.Text("status", "phase") == "Complete").MaxBy(backup => backup.Created());
        var names = kept.Select(backup => backup.Text("status", "backupName")).ToHashSet();
        return (newest is null || kept.Contains(newest))
            && kept.All(backup => Start(backup) is not { } start || names.Contains(start) || backups.All(other => other.Text("status", "backupName") != start))
            && deleted.All(backup => backup.Text("status", "phase") is "Complete" or "Failed")
            && IsOrdered([.. Retention.ToDelete(backups, backups, hours is { } again ? TimeSpan.FromHours(again) : null, most, Now)]);
    }).QuickCheckThrowOnFailure();

    /// <summary>Nothing goes before what builds on it.</summary>
    static bool IsOrdered(List<JsonObject> deleted) => deleted.Select((backup, index) => (backup, index)).All(one =>
        deleted.Skip(one.index + 1).All(later => Start(later) is not { } start || start != one.backup.Text("status", "backupName")));

    static Gen<(IReadOnlyList<JsonObject> Backups, int? Hours, int? Most)> Cases() =>
        from count in Gen.Choose(0, 12)
        from phases in Gen.Elements("Complete", "Complete", "Failed", "Running").ListOf(count)
        from starts in Gen.Choose(-1, 11).ListOf(count)
        from hours in Gen.Choose(-1, 12)
        from most in Gen.Choose(0, 5)
        select (
            (IReadOnlyList<JsonObject>)[.. phases.Select((phase, i) => Backup(12 - i, phase, starts[i] >= 0 && starts[i] < i ? 12 - starts[i] : null))],
            hours < 0 ? (int?)null : hours,
            most == 0 ? (int?)null : most);

    static string? Start(JsonObject backup) => backup.Text("spec", "config", "baseBackupName");

    static IReadOnlyList<JsonObject> Deleted(IReadOnlyList<JsonObject> backups, int? hours = null, int? most = null) =>
        Retention.ToDelete(backups, backups, hours is { } age ? TimeSpan.FromHours(age) : null, most, Now);

    static JsonObject Backup(int hoursAgo, string? phase = "Complete", int? start = null)
    {
        var config = new JsonObject { ["clusterName"] = "nebula" };
        if (start is not null) config["baseBackupName"] = $"B{start}";
        var status = new JsonObject();
        if (phase is not null) status["phase"] = phase;
        if (phase is "Complete" or "Failed") status["backupName"] = $"B{hoursAgo}";
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"nb-{hoursAgo:000}", ["namespace"] = "graph", ["creationTimestamp"] = Now.AddHours(-hoursAgo).ToKubernetesTime() },
            ["spec"] = new JsonObject { ["config"] = config },
            ["status"] = status,
        };
    }
}
