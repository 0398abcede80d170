using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace NebulaKeep.Core.Schedules;

/// <summary>Durations as Go writes them, which Kubernetes' users know: <c>1h30m</c>, <c>250ms</c>, <c>72h</c>. There is no unit for days.</summary>
public static class GoDuration
{
    static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    static readonly (string Unit, decimal Ticks)[] Units =
    [
        // Two letters first: "ms" would be taken for "m".
        ("ns", 0.01m), ("us", 10m), ("µs", 10m), ("μs", 10m), ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>Parses a duration, which may carry a sign.</summary>
    /// <exception cref="FormatException">It has another form or is beyond what a <see cref="TimeSpan"/> holds; the message shows it.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text, out var duration) ? duration : throw new FormatException($"'{text}' is not a duration: 90s, 30m, 72h or 1h30m is expected (there is no unit for days)");

    /// <summary>Parses without throwing. Parts below a tick (100 ns) are cut off.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan duration)
    {
        duration = default;
        if (string.IsNullOrEmpty(text)) return false;
        var rest = text.AsSpan(text[0] is '-' or '+' ? 1 : 0);
        if (rest is "0") return true;
        if (rest.IsEmpty || !TrySum(rest, out var ticks)) return false;
        duration = TimeSpan.FromTicks((long)(text[0] == '-' ? -ticks : ticks));
        return true;
    }

    /// <summary>The shortest form that parses back to the same, in hours, minutes and seconds.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero) return "0s";
        var text = new StringBuilder(duration < TimeSpan.Zero ? "-" : "");
        var ticks = Math.Abs((decimal)duration.Ticks);
        foreach (var (unit, size) in new[] { ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute) })
        {
            var whole = decimal.Floor(ticks / size);
            if (whole > 0) text.Append(CultureInfo.InvariantCulture, $"{whole}{unit}");
            ticks -= whole * size;
        }
        if (ticks > 0) text.Append(CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerSecond:0.#######}s");
        return text.ToString();
    }

    static bool TrySum(ReadOnlySpan<char> rest, out decimal ticks)
    {
        const int MostDigits = 24;
        ticks = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits is <= 0 or > MostDigits || rest[0] == '.' || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)) return false;
            rest = rest[digits..];
            if (!TryUnit(ref rest, out var size) || count > long.MaxValue / size) return false;
            ticks += count * size;
            if (ticks > long.MaxValue) return false;
        }
        return true;
    }

    static bool TryUnit(ref ReadOnlySpan<char> rest, out decimal ticks)
    {
        foreach (var (unit, size) in Units)
        {
            if (!rest.StartsWith(unit, StringComparison.Ordinal)) continue;
            rest = rest[unit.Length..];
            ticks = size;
            return true;
        }
        ticks = 0;
        return false;
    }
}
