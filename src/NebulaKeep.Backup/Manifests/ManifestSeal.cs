using System.Security.Cryptography;
using System.Text;

namespace NebulaKeep.Backup.Manifests;

/// <summary>
/// The checksum with which a manifest ends: SHA-256 of all bytes before it. A manifest proves every other object of its
/// backup; this proves the manifest, so that no changed bit in it goes unseen.
/// </summary>
static class ManifestSeal
{
    const int Digits = 64;

    static ReadOnlySpan<byte> End => "\n}"u8;

    static ReadOnlySpan<byte> BeforeDigits => ",\n  \"checksum\": \""u8;

    static ReadOnlySpan<byte> AfterDigits => "\"\n}\n"u8;

    /// <summary>A document with its checksum as the last field.</summary>
    /// <param name="json">An indented JSON object with at least one field and no checksum.</param>
    public static byte[] Seal(ReadOnlySpan<byte> json)
    {
        var trimmed = json.TrimEnd((byte)'\n');
        if (!trimmed.EndsWith(End)) throw new ArgumentException("The document does not end as an indented JSON object does.", nameof(json));
        var content = trimmed[..^End.Length];
        return [.. content, .. BeforeDigits, .. Encoding.ASCII.GetBytes(HexOf(content)), .. AfterDigits];
    }

    /// <summary>True where a document ends with the checksum of what it holds, to the last byte.</summary>
    public static bool Holds(ReadOnlySpan<byte> document)
    {
        var length = document.Length - BeforeDigits.Length - Digits - AfterDigits.Length;
        if (length < 0 || !document.EndsWith(AfterDigits)) return false;
        var content = document[..length];
        return document[length..].StartsWith(BeforeDigits)
            && Encoding.ASCII.GetString(document.Slice(length + BeforeDigits.Length, Digits)) == HexOf(content);
    }

    static string HexOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
