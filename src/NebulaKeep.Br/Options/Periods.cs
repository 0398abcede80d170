using System.Globalization;

namespace NebulaKeep.Br.Options;

/// <summary>Lengths of time as people write them.</summary>
static class Periods
{
    /// <summary>For example <c>36h</c>, <c>7d</c>, <c>4w</c>, <c>1d12h30m</c>.</summary>
    /// <exception cref="FormatException">Not such a text, or longer than a century.</exception>
    public static TimeSpan Parse(string text)
    {
        var (minutes, digits) = (0L, "");
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                digits += c;
                continue;
            }

            if (digits.Length is 0 or > 6 || MinutesOf(c) is not { } unit) throw Wrong(text);
            minutes += unit * long.Parse(digits, CultureInfo.InvariantCulture);
            digits = "";
        }

        return digits.Length == 0 && minutes is > 0 and <= 100L * 366 * 24 * 60 ? TimeSpan.FromMinutes(minutes) : throw Wrong(text);
    }

    static long? MinutesOf(char unit) => unit switch
    {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        'w' => 7 * 24 * 60,
        _ => null,
    };

    static FormatException Wrong(string text) => new($"'{text}' is no length of time: write numbers with w, d, h or m, for example 7d or 1d12h");
}
