using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>S3's entity tags: the MD5 of a content put in one piece, the MD5 of the parts' MD5s otherwise.</summary>
[SuppressMessage("Security", "CA5351", Justification = "Entity tags are MD5 in S3's protocol; the manifest's SHA-256 protects the data.")]
static class S3EntityTag
{
    /// <summary>What the server should say of a content put whole.</summary>
    public static string Of(byte[] md5) => Convert.ToHexStringLower(md5);

    /// <summary>What the server should say of an object made of parts.</summary>
    public static string OfParts(IReadOnlyCollection<byte[]> md5s) => $"{Convert.ToHexStringLower(MD5.HashData([.. md5s.SelectMany(md5 => md5)]))}-{md5s.Count}";

    /// <summary>Without quotes; null where the server sent none.</summary>
    public static string? Plain(string? tag)
    {
        var plain = tag?.Trim('"');
        return string.IsNullOrEmpty(plain) ? null : plain.ToLowerInvariant();
    }

    /// <summary>
    /// Whether a tag speaks for the content: true or false where it has the form of an MD5, null where the server makes its tags
    /// in another way, as with keys of a KMS.
    /// </summary>
    public static bool? Confirms(string? tag, string expected, string? encryption)
    {
        if (encryption?.StartsWith("aws:kms", StringComparison.Ordinal) == true) return null;
        if (Plain(tag) is not { } plain) return null;
        if (plain == expected) return true;
        return HasFormOf(plain, expected) ? false : null;
    }

    static bool HasFormOf(string tag, string expected)
    {
        var dash = expected.IndexOf('-');
        var digits = dash < 0 ? tag : tag.Split('-')[0];
        return digits.Length == 32 && digits.All(char.IsAsciiHexDigit) && tag.Contains('-') == dash >= 0;
    }
}
