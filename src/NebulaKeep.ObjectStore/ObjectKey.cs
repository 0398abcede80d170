using System.Text;

namespace NebulaKeep.ObjectStore;

/// <summary>The rules for keys that <see cref="IObjectStore"/> states.</summary>
public static class ObjectKey
{
    /// <summary>The longest key in UTF-8 bytes, S3's and GCS's limit.</summary>
    public const int MaxBytes = 1024;

    /// <summary>The order of all listings: by code points, which is also that of UTF-8 bytes, as S3 lists.</summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create(Compare);

    /// <summary>Refuses a key that could leave its root or that no store takes.</summary>
    /// <exception cref="ArgumentException">The key breaks a rule; the message says which.</exception>
    public static void Validate(string key)
    {
        if (FaultOf(key) is { } fault) throw new ArgumentException($"The object key {Shown(key)} {fault}.", nameof(key));
    }

    /// <summary>Refuses the prefix of a listing by the same rules; it may be empty and may end with one slash.</summary>
    /// <exception cref="ArgumentException">The prefix breaks a rule; the message says which.</exception>
    public static void ValidatePrefix(string prefix)
    {
        if (prefix.Length > 0) Validate(prefix.Length > 1 && prefix.EndsWith('/') ? prefix[..^1] : prefix);
    }

    /// <summary>True for a key that <see cref="Validate"/> accepts.</summary>
    public static bool IsValid(string key) => FaultOf(key) is null;

    static string? FaultOf(string key)
    {
        if (key.Length == 0) return "is empty";
        if (Encoding.UTF8.GetByteCount(key) > MaxBytes) return $"is longer than {MaxBytes} bytes";
        if (key.Any(char.IsControl)) return "holds a control character";
        if (!IsUnicode(key)) return "is not valid Unicode";
        return key.Split('/').Any(segment => segment is "" or "." or "..") ? "holds an empty, '.' or '..' segment" : null;
    }

    // A surrogate without its partner would be stored as another key.
    static bool IsUnicode(string key)
    {
        for (var i = 0; i < key.Length; i += char.IsSurrogate(key[i]) ? 2 : 1)
        {
            if (char.IsSurrogate(key[i]) && (i + 1 == key.Length || !char.IsSurrogatePair(key[i], key[i + 1]))) return false;
        }

        return true;
    }

    static string Shown(string key)
    {
        var printable = string.Concat(key.Select(c => char.IsControl(c) ? '?' : c));
        return printable.Length <= 64 ? $"'{printable}'" : $"'{printable[..64]}…'";
    }

    // UTF-16 order differs from code point order only where a surrogate meets U+E000 to U+FFFF.
    static int Compare(string? left, string? right)
    {
        var a = left.AsSpan();
        var b = right.AsSpan();
        var same = a.CommonPrefixLength(b);
        if (same == a.Length || same == b.Length) return a.Length.CompareTo(b.Length);
        var (x, y) = (a[same], b[same]);
        if (char.IsSurrogate(x) == char.IsSurrogate(y)) return x.CompareTo(y);
        return char.IsSurrogate(x) ? 1 : -1;
    }
}
