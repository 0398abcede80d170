using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace NebulaKeep.Core;

/// <summary>
/// The name that metad gives to a backup: <c>BACKUP_yyyy_MM_dd_HH_mm_ss</c> in metad's local time
/// (spec/backup-flow.md §2.1). It is also a directory in the store, so nothing else is ever accepted as one.
/// </summary>
public readonly record struct BackupName : IComparable<BackupName>
{
    const string Prefix = "BACKUP_";
    const string TimeFormat = "yyyy_MM_dd_HH_mm_ss";
    readonly string? text;

    BackupName(string text) => this.text = text;

    /// <summary>The name; empty for a default value.</summary>
    public string Value => text ?? "";

    /// <summary>Parses a name.</summary>
    /// <exception cref="FormatException">The text has another form; the message shows it.</exception>
    public static BackupName Parse(string text) =>
        TryParse(text, out var name)
            ? name
            : throw new FormatException($"'{text}' is not a backup name: BACKUP_yyyy_MM_dd_HH_mm_ss is expected, as 'br show' lists them");

    /// <summary>Parses without throwing.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out BackupName name)
    {
        name = default;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        if (!DateTime.TryParseExact(text.AsSpan(Prefix.Length), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) return false;
        name = new BackupName(text);
        return true;
    }

    /// <summary>The name that a metad in the time zone of <paramref name="local"/> gives.</summary>
    public static BackupName At(DateTimeOffset local) =>
        new(Prefix + local.ToString(TimeFormat, CultureInfo.InvariantCulture));

    /// <summary>Ordinal, which is also by time.</summary>
    public int CompareTo(BackupName other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator <(BackupName left, BackupName right) => left.CompareTo(right) < 0;

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator >(BackupName left, BackupName right) => left.CompareTo(right) > 0;

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator <=(BackupName left, BackupName right) => left.CompareTo(right) <= 0;

    /// <summary>Compares by <see cref="CompareTo"/>.</summary>
    public static bool operator >=(BackupName left, BackupName right) => left.CompareTo(right) >= 0;
}
