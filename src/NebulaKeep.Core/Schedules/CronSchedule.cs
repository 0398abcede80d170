namespace NebulaKeep.Core.Schedules;

/// <summary>
/// A schedule as cron users write it: five fields (<c>30 2 * * 1-5</c>), a descriptor (<c>@daily</c>), or an interval
/// (<c>@every 6h</c>); optionally after <c>CRON_TZ=Area/City</c>. Without a zone it is UTC.
/// </summary>
public sealed class CronSchedule
{
    static readonly Dictionary<string, string> Descriptors = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
        ["@monthly"] = "0 0 1 * *",
        ["@weekly"] = "0 0 * * 0",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@hourly"] = "0 * * * *",
    };

    readonly CronCalendar? calendar;
    readonly TimeSpan interval;

    CronSchedule(CronCalendar? calendar, TimeSpan interval) => (this.calendar, this.interval) = (calendar, interval);

    /// <summary>Parses a schedule.</summary>
    /// <param name="text">The schedule.</param>
    /// <param name="timeZone">An IANA name for its zone, or null; must not differ from one in the text.</param>
    /// <exception cref="FormatException">It has another form, never happens, or its zone is not known; the message says which.</exception>
    public static CronSchedule Parse(string text, string? timeZone = null)
    {
        var (zoneName, rest) = SplitZone(text.Trim());
        if (zoneName is not null && timeZone is not null && zoneName != timeZone) throw new FormatException($"The schedule '{text}' and the time zone '{timeZone}' name different zones");
        var zone = Zone(zoneName ?? timeZone);
        if (rest.StartsWith("@every ", StringComparison.OrdinalIgnoreCase)) return Every(rest["@every ".Length..].Trim());
        var fields = (Descriptors.GetValueOrDefault(rest) ?? rest).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5) throw new FormatException($"'{text}' is not a schedule: five fields (minute hour day month weekday), a descriptor such as @daily, or @every 6h is expected");
        return new CronSchedule(Calendar(fields, zone), default).Possible(text);
    }

    /// <summary>The first time after <paramref name="after"/>; null when there is none in the next eight years. An interval counts from <paramref name="after"/>.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) => calendar is null ? WholeSeconds(after) + interval : calendar.Next(after);

    /// <summary>The first time after <paramref name="after"/>; an interval counts from <paramref name="anchor"/>, which must not be later.</summary>
    public DateTimeOffset? Next(DateTimeOffset after, DateTimeOffset anchor) => calendar is null ? (Latest(anchor, after) ?? WholeSeconds(anchor)) + interval : calendar.Next(after);

    /// <summary>The last time after <paramref name="after"/> and not after <paramref name="upTo"/>, or null. However many there are between, it takes no longer.</summary>
    public DateTimeOffset? Latest(DateTimeOffset after, DateTimeOffset upTo)
    {
        if (upTo <= after) return null;
        if (calendar is not null) return calendar.Latest(after, upTo);
        var from = WholeSeconds(after);
        var count = (long)((upTo - from) / interval);
        return count > 0 ? from + (count * interval) : null;
    }

    /// <summary>True where it is a time of this schedule. Every time can be one of an interval.</summary>
    public bool Matches(DateTimeOffset time) => calendar is null || calendar.Matches(time);

    static CronCalendar Calendar(string[] fields, TimeZoneInfo zone) => new(
        CronField.Parse(fields[0], CronFieldKind.Minute),
        CronField.Parse(fields[1], CronFieldKind.Hour),
        CronField.Parse(fields[2], CronFieldKind.DayOfMonth),
        CronField.Parse(fields[3], CronFieldKind.Month),
        CronField.Parse(fields[4], CronFieldKind.DayOfWeek),
        zone);

    static CronSchedule Every(string text)
    {
        var pause = GoDuration.Parse(text);
        if (pause < TimeSpan.FromSeconds(1)) throw new FormatException($"An interval of {text} is too short: at least 1s is expected");
        return new CronSchedule(null, TimeSpan.FromSeconds(Math.Floor(pause.TotalSeconds)));
    }

    // 31 February can be written and never comes; any day to start from shows it.
    CronSchedule Possible(string text) =>
        Next(DateTimeOffset.UnixEpoch) is null ? throw new FormatException($"The schedule '{text}' never happens: there is no such day") : this;

    static (string? Zone, string Schedule) SplitZone(string text)
    {
        if (!text.StartsWith("CRON_TZ=", StringComparison.Ordinal) && !text.StartsWith("TZ=", StringComparison.Ordinal)) return (null, text);
        var blank = text.IndexOf(' ');
        return blank < 0 ? throw new FormatException($"'{text}' names a time zone and no schedule") : (text[(text.IndexOf('=') + 1)..blank], text[blank..].Trim());
    }

    static TimeZoneInfo Zone(string? name)
    {
        if (name is null or "UTC") return TimeZoneInfo.Utc;
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : throw new FormatException($"The time zone '{name}' is not known; an IANA name such as Europe/Berlin is expected");
    }

    static DateTimeOffset WholeSeconds(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
