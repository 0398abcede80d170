using System.Buffers.Binary;
using System.Net.Http.Headers;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>CRC-32C as Google writes it: base64 of its four bytes, most significant first.</summary>
static class GcsChecksum
{
    /// <summary>The header that carries checksums in both directions.</summary>
    public const string Header = "X-Goog-Hash";

    public static string Text(uint crc)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, crc);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Null where the text is no CRC-32C.</summary>
    public static uint? Parse(string? text)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        if (text is null || !Convert.TryFromBase64String(text, bytes, out var length) || length != sizeof(uint)) return null;
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    /// <summary>What the header's <c>crc32c=</c> says; it may be repeated or hold a list.</summary>
    public static uint? FromHeader(HttpResponseHeaders headers) =>
        headers.TryGetValues(Header, out var values)
            ? values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries))
                .Where(part => part.StartsWith("crc32c=", StringComparison.Ordinal)).Select(part => Parse(part["crc32c=".Length..])).FirstOrDefault()
            : null;
}
