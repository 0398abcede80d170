using System.Globalization;

namespace NebulaKeep.Nebula.Wal;

/// <summary>Names of log files: the first entry's id in 19 digits (spec/cluster-layout.md §4.1).</summary>
public static class WalFileName
{
    const int Digits = 19;
    const string Extension = ".wal";

    /// <summary>The name of the file that starts with this entry.</summary>
    public static string Of(long firstId) => firstId.ToString("D19", CultureInfo.InvariantCulture) + Extension;

    /// <summary>True for a log file's name; gives the id of its first entry.</summary>
    public static bool TryParse(string name, out long firstId)
    {
        firstId = 0;
        return name.Length == Digits + Extension.Length && name.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out firstId);
    }
}
