using System.Buffers.Binary;

namespace NebulaKeep.ObjectStore.Sealed.Compression;

/// <summary>
/// The end of a compressed object: a frame that decompressors skip. It tells the content's size without reading the content, and
/// an object that was cut has none.
/// </summary>
/// <param name="PlainSize">Bytes of the content.</param>
/// <param name="StoredSize">Bytes of the object, with this.</param>
readonly record struct ZstdFooter(long PlainSize, long StoredSize)
{
    /// <summary>Bytes of it.</summary>
    public const int Length = 32;

    const uint SkippableFrame = 0x184D2A5E;
    const int Payload = Length - 8;

    static ReadOnlySpan<byte> Magic => "NKZSTD1\n"u8;

    /// <summary>Its bytes: the head of a skippable frame, magic, both sizes; numbers little-endian as in Zstandard.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, SkippableFrame);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], Payload);
        Magic.CopyTo(bytes[8..]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], PlainSize);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], StoredSize);
    }

    /// <summary>Reads it; null where the bytes are no end of an object of this size.</summary>
    public static ZstdFooter? Read(ReadOnlySpan<byte> bytes, long storedSize)
    {
        if (bytes.Length != Length) return null;
        var footer = new ZstdFooter(BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]));
        Span<byte> expected = stackalloc byte[Length];
        footer.Write(expected);
        return footer.PlainSize >= 0 && footer.StoredSize == storedSize && bytes.SequenceEqual(expected) ? footer : null;
    }
}
