using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Backup.Retention;

namespace NebulaKeep.Backup.Tests.Retention;

public sealed class RetentionPlannerTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_last_are_kept() =>
        Kept(new RetentionPolicy { Last = 2 }, Hours(0, 1, 2, 3)).ShouldBe(["3", "2"]);

    [Fact]
    public void Of_a_day_the_newest_is_kept() =>
        Kept(new RetentionPolicy { Daily = 2 }, Hours(-40, -30, -13, 0, 1)).ShouldBe(["1", "-13"]);

    [Fact]
    public void Days_without_backups_do_not_count() =>
        Kept(new RetentionPolicy { Daily = 3 }, Hours(-24 * 300, -24 * 200, -24 * 100, 0)).ShouldBe(["0", "-2400", "-4800"]);

    [Fact]
    public void Weeks_begin_on_monday() => // the 22nd of November 2026 is a Sunday
        Kept(new RetentionPolicy { Weekly = 2 }, Hours(-24 * 7, -24 * 6, 0, 24)).ShouldBe(["24", "0"]);

    [Fact]
    public void The_first_days_of_a_year_can_belong_to_the_last_week_of_the_year_before()
    {
        RetentionItem[] items = [At("a", new DateTimeOffset(2026, 12, 31, 0, 0, 0, TimeSpan.Zero)), At("b", new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero))];

        Kept(new RetentionPolicy { Weekly = 9 }, items).ShouldBe(["b"]);
    }

    [Fact]
    public void Months_and_years_keep_their_newest()
    {
        Kept(new RetentionPolicy { Monthly = 2 }, Hours(-24 * 60, -24 * 30, -24 * 23, 0)).ShouldBe(["0", "-552"]);
        Kept(new RetentionPolicy { Yearly = 2 }, Hours(-24 * 400, -24 * 330, -24 * 30, 0)).ShouldBe(["0", "-7920"]);
    }

    [Fact]
    public void Days_are_those_of_the_zone()
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(13), "east", "east");

        RetentionPlanner.Decide(Hours(-2, 0), new RetentionPolicy { Daily = 9 }, zone, force: false).Count(d => d.Keep).ShouldBe(2);
        RetentionPlanner.Decide(Hours(-2, 0), new RetentionPolicy { Daily = 9 }, TimeZoneInfo.Utc, force: false).Count(d => d.Keep).ShouldBe(1);
    }

    [Fact]
    public void Within_counts_from_the_newest_backup_not_from_today() =>
        Kept(new RetentionPolicy { Within = TimeSpan.FromHours(10) }, Hours(-10_000, -9_990, -9_985)).ShouldBe(["-9985", "-9990"]);

    [Fact]
    public void The_newest_of_a_cluster_goes_only_by_force()
    {
        Kept(new RetentionPolicy { Last = 0 }, Hours(0, 1)).ShouldBe(["1"]);
        Kept(new RetentionPolicy { Last = 0 }, Hours(0, 1), force: true).ShouldBeEmpty();
    }

    [Fact]
    public void A_pinned_backup_stays_in_spite_of_force() =>
        Kept(new RetentionPolicy { Last = 0 }, [At("a", Noon) with { Pinned = true }, At("b", Noon)], force: true).ShouldBe(["a"]);

    [Fact]
    public void Every_rule_that_keeps_a_backup_is_named() =>
        RetentionPlanner.Decide(Hours(0), new RetentionPolicy { Last = 1, Hourly = 1, Daily = 1, Weekly = 1, Monthly = 1, Yearly = 1, Within = TimeSpan.FromHours(1) }, TimeZoneInfo.Utc, force: false)
            .ShouldHaveSingleItem().Reasons.ShouldBe(["last", "hourly", "daily", "weekly", "monthly", "yearly", "within the time"]);

    [Fact]
    public void Any_policy_decides_once_on_each_and_keeps_the_newest_and_the_pinned() => Check((items, policy) =>
    {
        var decisions = RetentionPlanner.Decide(items, policy, TimeZoneInfo.Utc, force: false);
        var kept = decisions.Where(d => d.Keep).Select(d => d.Name).ToHashSet();
        return decisions.Select(d => d.Name).Order().SequenceEqual(items.Select(i => i.Name).Order())
            && items.Where(i => i.Pinned).All(i => kept.Contains(i.Name))
            && items.GroupBy(i => i.Cluster).All(g => g.Where(i => i.Created == g.Max(x => x.Created)).Any(i => kept.Contains(i.Name)))
            && decisions.All(d => d.Reasons.Count > 0);
    });

    [Fact]
    public void A_policy_that_asks_for_more_keeps_at_least_as_much() => Check((items, policy) =>
    {
        var more = policy with { Last = policy.Last + 1, Daily = policy.Daily + 2, Weekly = (policy.Weekly ?? 0) + 1, Within = policy.Within + TimeSpan.FromDays(1) };
        return KeptSet(items, policy).IsSubsetOf(KeptSet(items, more));
    });

    [Fact]
    public void Pruning_again_removes_nothing_more() => Check((items, policy) =>
    {
        var kept = KeptSet(items, policy);
        return KeptSet([.. items.Where(i => kept.Contains(i.Name))], policy).SetEquals(kept);
    });

    [Fact]
    public void What_one_cluster_has_does_not_matter_to_another() => Check((items, policy) =>
        items.GroupBy(i => i.Cluster).SelectMany(g => KeptSet([.. g], policy)).ToHashSet().SetEquals(KeptSet(items, policy)));

    [Fact]
    public void No_rule_keeps_more_than_it_says() => Check((items, _) =>
        items.GroupBy(i => i.Cluster).All(g => RetentionPlanner.Decide(g, new RetentionPolicy { Daily = 3 }, TimeZoneInfo.Utc, force: true).Count(d => d.Keep && d.Reasons.Contains("daily")) <= 3));

    static void Check(Func<RetentionItem[], RetentionPolicy, bool> law) =>
        Prop.ForAll(Items().ToArbitrary(), Policies().ToArbitrary(), law).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    static Gen<RetentionItem[]> Items() =>
        from count in Gen.Choose(0, 30)
        from hours in Gen.Choose(0, 20_000).ListOf(count)
        from clusters in Gen.Choose(0, 2).ListOf(count)
        from pins in Gen.Choose(0, 9).ListOf(count)
        select hours.Select((hour, i) => new RetentionItem($"b{i:00}", $"c{clusters[i]}", Noon.AddHours(-hour), pins[i] == 0)).ToArray();

    static Gen<RetentionPolicy> Policies() =>
        from numbers in Gen.Choose(-3, 5).ListOf(7)
        select new RetentionPolicy { Last = Number(numbers[0]), Hourly = Number(numbers[1]), Daily = Number(numbers[2]), Weekly = Number(numbers[3]), Monthly = Number(numbers[4]), Yearly = Number(numbers[5]), Within = Number(numbers[6]) is { } days ? TimeSpan.FromDays(days * 7) : null };

    static int? Number(int drawn) => drawn < 0 ? null : drawn;

    static HashSet<string> KeptSet(IReadOnlyCollection<RetentionItem> items, RetentionPolicy policy) =>
        RetentionPlanner.Decide(items, policy, TimeZoneInfo.Utc, force: false).Where(d => d.Keep).Select(d => d.Name).ToHashSet();

    static List<string> Kept(RetentionPolicy policy, IEnumerable<RetentionItem> items, bool force = false) =>
        [.. RetentionPlanner.Decide(items, policy, TimeZoneInfo.Utc, force).Where(d => d.Keep).Select(d => d.Name)];

    static IEnumerable<RetentionItem> Hours(params int[] hours) => hours.Select(h => At(h.ToString(System.Globalization.CultureInfo.InvariantCulture), Noon.AddHours(h)));

    static RetentionItem At(string name, DateTimeOffset created) => new(name, "cluster", created, Pinned: false);
}
