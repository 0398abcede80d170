using System.Globalization;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Output;

/// <summary>Values as texts for tables; what is unknown is a dash.</summary>
static class Cells
{
    const string Unknown = "-";

    public static string Time(DateTimeOffset? time, TimeZoneInfo zone) =>
        time is { } known ? TimeZoneInfo.ConvertTime(known, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : Unknown;

    public static string Bytes(long? bytes) => bytes is { } known ? ByteSize.Format(known) : Unknown;

    public static string Number(long? number) => number is { } known ? known.ToString(CultureInfo.InvariantCulture) : Unknown;

    /// <summary>For example <c>0.4 s</c>, <c>12 s</c>, <c>1:02:03</c>.</summary>
    public static string Seconds(double? seconds) => seconds switch
    {
        null => Unknown,
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)(seconds.Value / 3600)}:{TimeSpan.FromSeconds(seconds.Value):mm\\:ss}"),
    };

    public static string Millis(long? millis) => millis is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known} ms") : Unknown;
}
