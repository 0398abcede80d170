using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Core.Schedules;

namespace NebulaKeep.Core.Tests.Schedules;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("30 2 * * *", "2026-11-22T08:00", "2026-11-23T02:30")]
    [InlineData("*/15 * * * *", "2026-11-22T08:00", "2026-11-22T08:15")]
    [InlineData("5/20 * * * *", "2026-11-22T08:26", "2026-11-22T08:45")]
    [InlineData("0 0 1 1 *", "2026-11-22T08:00", "2027-01-01T00:00")]
    [InlineData("0 12 * * MON-FRI", "2026-11-21T08:00", "2026-11-23T12:00")]
    [InlineData("0 12 * * 7", "2026-11-23T08:00", "2026-11-29T12:00")]
    [InlineData("0 0 29 2 *", "2026-11-22T08:00", "2028-02-29T00:00")]
    [InlineData("0 0 13 * 5", "2026-11-22T08:00", "2026-11-27T00:00")]
    [InlineData("@weekly", "2026-11-23T08:00", "2026-11-29T00:00")]
    [InlineData("@hourly", "2026-11-22T08:00", "2026-11-22T09:00")]
    [InlineData("@every 1h30m", "2026-11-22T08:00", "2026-11-22T09:30")]
    [InlineData("CRON_TZ=Asia/Tokyo 0 5 * * *", "2026-11-22T08:00", "2026-11-22T20:00")]
    [InlineData("TZ=Asia/Tokyo 0 5 * * *", "2026-11-22T08:00", "2026-11-22T20:00")]
    public void The_next_time_is_found(string schedule, string after, string wanted) =>
        CronSchedule.Parse(schedule).Next(Utc(after)).ShouldBe(Utc(wanted));

    [Theory]
    [InlineData("0 5 * *")]
    [InlineData("60 * * * *")]
    [InlineData("* * 0 * *")]
    [InlineData("* * * 13 *")]
    [InlineData("* * * * 8")]
    [InlineData("5-1 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("a * * * *")]
    [InlineData("@sometimes")]
    [InlineData("@every soon")]
    [InlineData("@every 10ms")]
    [InlineData("CRON_TZ=Moon/Base 0 5 * * *")]
    [InlineData("CRON_TZ=Asia/Tokyo")]
    [InlineData("59 23 31 2 *")]
    public void What_can_never_run_is_refused(string schedule) =>
        Should.Throw<FormatException>(() => CronSchedule.Parse(schedule));

    [Fact]
    public void A_zone_beside_the_schedule_counts_and_must_not_contradict_it()
    {
        CronSchedule.Parse("0 5 * * *", "Asia/Tokyo").Next(Utc("2026-11-22T08:00")).ShouldBe(Utc("2026-11-22T20:00"));
        Should.Throw<FormatException>(() => CronSchedule.Parse("CRON_TZ=Asia/Tokyo 0 5 * * *", "Europe/Berlin")).Message.ShouldContain("different zones");
    }

    [Fact]
    public void A_time_that_the_clock_skips_is_shifted_with_it() =>
        // On 29 March 2026 Berlin's clocks go from 02:00 to 03:00.
        CronSchedule.Parse("30 2 * * *", "Europe/Berlin").Next(Utc("2026-03-28T12:00")).ShouldBe(Utc("2026-03-29T01:30"));

    [Fact]
    public void A_time_that_the_clock_shows_twice_counts_once()
    {
        // On 25 October 2026 Berlin's clocks go from 03:00 back to 02:00.
        var schedule = CronSchedule.Parse("30 2 * * *", "Europe/Berlin");

        schedule.Next(Utc("2026-10-24T12:00")).ShouldBe(Utc("2026-10-25T00:30"));
        schedule.Next(Utc("2026-10-25T00:30")).ShouldBe(Utc("2026-10-26T01:30"));
    }

    [Fact]
    public void An_hourly_schedule_runs_in_both_of_two_equal_hours()
    {
        var schedule = CronSchedule.Parse("30 * * * *", "Europe/Berlin");

        schedule.Next(Utc("2026-10-25T00:00")).ShouldBe(Utc("2026-10-25T00:30"));
        schedule.Next(Utc("2026-10-25T00:30")).ShouldBe(Utc("2026-10-25T01:30"));
        schedule.Next(Utc("2026-10-25T01:30")).ShouldBe(Utc("2026-10-25T02:30"));
    }

    [Fact]
    public void The_latest_missed_time_of_years_is_found_at_once() =>
        CronSchedule.Parse("* * * * *").Latest(Utc("2006-01-01T00:00"), Utc("2026-11-22T08:00").AddSeconds(30)).ShouldBe(Utc("2026-11-22T08:00"));

    [Fact]
    public void The_latest_interval_counts_from_the_start() =>
        CronSchedule.Parse("@every 7h").Latest(Utc("2026-11-22T00:00"), Utc("2026-11-22T20:00")).ShouldBe(Utc("2026-11-22T14:00"));

    [Theory]
    [InlineData("2026-11-22T00:00", "2026-11-22T07:00")]
    [InlineData("2026-11-22T06:59", "2026-11-22T07:00")]
    [InlineData("2026-11-22T07:00", "2026-11-22T14:00")]
    [InlineData("2026-11-22T20:00", "2026-11-22T21:00")]
    public void The_next_interval_counts_from_its_anchor(string after, string wanted) =>
        CronSchedule.Parse("@every 7h").Next(Utc(after), Utc("2026-11-22T00:00")).ShouldBe(Utc(wanted));

    [Fact]
    public void Next_is_later_and_matches() => Prop.ForAll(Cases().ToArbitrary(), one =>
    {
        var next = CronSchedule.Parse(one.Text, one.Zone).Next(one.Time);
        return next is null || (next > one.Time && CronSchedule.Parse(one.Text, one.Zone).Matches(next.Value));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_matches_between_now_and_next() => Prop.ForAll(Cases().ToArbitrary(), one =>
    {
        var schedule = CronSchedule.Parse(one.Text, one.Zone);
        var end = schedule.Next(one.Time) ?? one.Time;
        var minute = new DateTimeOffset(one.Time.Ticks - (one.Time.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero).AddMinutes(1);
        for (var looked = 0; minute < end && looked < 500; minute = minute.AddMinutes(1), looked++)
            if (schedule.Matches(minute)) return false;
        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_latest_time_before_the_one_after_next_is_next() => Prop.ForAll(Cases().ToArbitrary(), one =>
    {
        var schedule = CronSchedule.Parse(one.Text, one.Zone);
        if (schedule.Next(one.Time) is not { } next || schedule.Next(next) is not { } second) return true;
        return schedule.Latest(one.Time, second.AddSeconds(-1)) == next && schedule.Latest(one.Time, next.AddSeconds(-1)) is null;
    }).QuickCheckThrowOnFailure();

    static Gen<(string Text, string Zone, DateTimeOffset Time)> Cases() =>
        from minute in Gen.Elements("*", "0", "30", "*/15", "7,37", "50-59/3", "59")
        from hour in Gen.Elements("*", "0", "2", "23", "*/6", "1-3")
        from day in Gen.Elements("*", "1", "15", "29", "31", "*/10")
        from month in Gen.Elements("*", "2", "3", "10", "JAN-JUN", "*/3")
        from week in Gen.Elements("*", "0", "MON-FRI", "6,7", "3")
        where !(day == "31" && month == "2" && week == "*")
        from zone in Gen.Elements("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo")
        from seconds in Gen.Choose(0, 40 * 365 * 86400 / 2)
        select ($"{minute} {hour} {day} {month} {week}", zone, new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds));

    static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
