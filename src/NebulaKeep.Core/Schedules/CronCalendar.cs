namespace NebulaKeep.Core.Schedules;

/// <summary>
/// The moments at which five fields hold in a time zone. A time of day that the clock skips is shifted with the clock (02:30 becomes
/// 03:30), so that no daily run is lost; one that the clock shows twice counts once, unless the schedule runs in every hour anyway.
/// </summary>
sealed class CronCalendar(CronField minutes, CronField hours, CronField daysOfMonth, CronField months, CronField daysOfWeek, TimeZoneInfo zone)
{
    // From one 29 February to the next can be eight years, around a year such as 2100.
    const int MostDays = (8 * 366) + 2;

    public DateTimeOffset? Next(DateTimeOffset after)
    {
        foreach (var day in Days(LocalDay(after).AddDays(-1), 1))
            foreach (var time in Times(day))
                if (time > after) return time;
        return null;
    }

    public DateTimeOffset? Latest(DateTimeOffset after, DateTimeOffset upTo)
    {
        var first = LocalDay(after).AddDays(-1);
        foreach (var day in Days(LocalDay(upTo).AddDays(1), -1).TakeWhile(day => day >= first))
            foreach (var time in Times(day).Reverse())
                if (time <= upTo) return time > after ? time : null;
        return null;
    }

    public bool Matches(DateTimeOffset time)
    {
        var day = LocalDay(time);
        return new[] { day.AddDays(-1), day }.Where(IsDay).SelectMany(Times).Contains(time);
    }

    IEnumerable<DateOnly> Days(DateOnly from, int step) =>
        Enumerable.Range(0, MostDays).Select(count => from.AddDays(count * step)).Where(IsDay);

    /// <summary>Where both kinds of day are restricted, either will do; this is cron's old rule.</summary>
    bool IsDay(DateOnly day)
    {
        if (!months.Contains(day.Month)) return false;
        var (ofMonth, ofWeek) = (daysOfMonth.Contains(day.Day), daysOfWeek.Contains((int)day.DayOfWeek));
        return daysOfMonth.IsAny || daysOfWeek.IsAny ? ofMonth && ofWeek : ofMonth || ofWeek;
    }

    /// <summary>In ascending order, each once.</summary>
    SortedSet<DateTimeOffset> Times(DateOnly day)
    {
        var times = new SortedSet<DateTimeOffset>();
        for (var hour = 0; hour < 24; hour++)
        {
            if (!hours.Contains(hour)) continue;
            for (var minute = 0; minute < 60; minute++)
                if (minutes.Contains(minute)) Add(times, day.ToDateTime(new TimeOnly(hour, minute)));
        }
        return times;
    }

    void Add(SortedSet<DateTimeOffset> times, DateTime local)
    {
        if (!zone.IsAmbiguousTime(local))
        {
            // For a time that is skipped this is the offset from before the change.
            times.Add(new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime());
            return;
        }
        var both = zone.GetAmbiguousTimeOffsets(local).Select(offset => new DateTimeOffset(local, offset).ToUniversalTime()).Order().ToList();
        times.Add(both[0]);
        if (hours.IsAny) times.Add(both[^1]);
    }

    DateOnly LocalDay(DateTimeOffset time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, zone).DateTime);
}
