using System.Globalization;

namespace NebulaKeep.Core.Schedules;

/// <summary>One of the five fields: the set of values at which it holds. <paramref name="IsAny"/> is true for <c>*</c> and <c>?</c> without a step.</summary>
readonly record struct CronField(ulong Bits, bool IsAny)
{
    public bool Contains(int value) => (Bits & (1UL << value)) != 0;

    /// <summary>Parses lists of values, ranges, <c>*</c> and steps, with names where the field has them.</summary>
    /// <exception cref="FormatException">It has another form; the message names the field.</exception>
    public static CronField Parse(string text, CronFieldKind kind)
    {
        var (bits, any) = (0UL, false);
        foreach (var part in text.Split(','))
        {
            var (values, isAny) = ParsePart(part, kind);
            bits |= values;
            any |= isAny;
        }
        return new CronField(bits, any);
    }

    static (ulong Bits, bool IsAny) ParsePart(string part, CronFieldKind kind)
    {
        var halves = part.Split('/');
        if (halves.Length > 2) throw Wrong(part, kind);
        var step = halves.Length == 1 ? 1 : Number(halves[1], kind, []);
        if (step < 1) throw Wrong(part, kind);
        var (first, last) = Range(halves[0], halves.Length == 2, kind);
        var bits = 0UL;
        for (var value = first; value <= last; value += step) bits |= 1UL << kind.Normalize(value);
        return (bits, halves[0] is "*" or "?" && step == 1);
    }

    static (int First, int Last) Range(string text, bool hasStep, CronFieldKind kind)
    {
        if (text is "*" or "?") return (kind.Least, kind.Most);
        var ends = text.Split('-');
        if (ends.Length > 2) throw Wrong(text, kind);
        var first = Number(ends[0], kind, kind.Names);
        // "5/15" means from 5 to the end in steps.
        var last = ends.Length == 2 ? Number(ends[1], kind, kind.Names) : hasStep ? kind.Most : first;
        if (first < kind.Least || last > kind.MostAccepted || first > last) throw Wrong(text, kind);
        return (first, last);
    }

    static int Number(string text, CronFieldKind kind, IReadOnlyList<string> names)
    {
        for (var index = 0; index < names.Count; index++)
            if (string.Equals(names[index], text, StringComparison.OrdinalIgnoreCase)) return index + kind.Least;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(text, kind);
    }

    static FormatException Wrong(string text, CronFieldKind kind) =>
        new($"'{text}' is not a {kind.Name}: values {kind.Least} to {kind.Most}, ranges, lists, '*' and steps are expected");
}

/// <summary>What a field may hold. <paramref name="MostAccepted"/> is above <paramref name="Most"/> where a second number means the first value, as 7 does for Sunday.</summary>
sealed record CronFieldKind(string Name, int Least, int Most, int MostAccepted, IReadOnlyList<string> Names)
{
    public static readonly CronFieldKind Minute = new("minute", 0, 59, 59, []);
    public static readonly CronFieldKind Hour = new("hour", 0, 23, 23, []);
    public static readonly CronFieldKind DayOfMonth = new("day of month", 1, 31, 31, []);
    public static readonly CronFieldKind Month = new("month", 1, 12, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]);
    public static readonly CronFieldKind DayOfWeek = new("day of week", 0, 6, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]);

    public int Normalize(int value) => value > Most ? Least : value;
}
