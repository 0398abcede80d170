using System.Globalization;

namespace NebulaKeep.Rpc.Framing;

/// <summary>The <c>grpc-timeout</c> header: at most eight digits and a unit (H, M, S, m, u, n).</summary>
static class GrpcTimeout
{
    const long MaxValue = 99_999_999;

    /// <summary>The finest unit that fits; a time-out below a microsecond is sent as one.</summary>
    public static string Encode(TimeSpan timeout)
    {
        var micros = Math.Max(1, timeout.Ticks / TimeSpan.TicksPerMicrosecond);
        if (micros <= MaxValue) return Text(micros, 'u');
        if (micros / 1000 <= MaxValue) return Text(micros / 1000, 'm');
        if (micros / 1_000_000 <= MaxValue) return Text(micros / 1_000_000, 'S');
        return Text(Math.Min(micros / 3_600_000_000, MaxValue), 'H');
    }

    /// <summary>False for anything that the specification does not allow.</summary>
    public static bool TryDecode(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9) return false;
        if (!long.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return false;
        if (TicksOf(text[^1]) is not { } ticks) return false;
        timeout = TimeSpan.FromTicks((long)Math.Min(value * ticks, long.MaxValue / 2));
        return true;
    }

    static double? TicksOf(char unit) => unit switch
    {
        'H' => TimeSpan.TicksPerHour,
        'M' => TimeSpan.TicksPerMinute,
        'S' => TimeSpan.TicksPerSecond,
        'm' => TimeSpan.TicksPerMillisecond,
        'u' => TimeSpan.TicksPerMicrosecond,
        'n' => TimeSpan.TicksPerMicrosecond / 1000.0,
        _ => null,
    };

    static string Text(long value, char unit) => string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
}
