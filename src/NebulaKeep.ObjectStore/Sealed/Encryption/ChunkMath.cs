namespace NebulaKeep.ObjectStore.Sealed.Encryption;

/// <summary>Where the bytes of a content lie in its encrypted object: a header, then chunks, each with its tag.</summary>
/// <param name="Chunk">Bytes of content in every chunk but the last, which has one byte at least unless the content is empty.</param>
readonly record struct ChunkMath(int Chunk)
{
    /// <summary>Eight bytes of magic, then the salt.</summary>
    public const int Header = 40;

    /// <summary>The tag of AES-GCM behind each chunk.</summary>
    public const int Tag = 16;

    /// <summary>Bytes of a whole chunk in the store.</summary>
    public int Sealed => Chunk + Tag;

    /// <summary>Chunks of a content; an empty one has an empty chunk, so that nothing can be cut to nothing.</summary>
    public long Count(long size) => size == 0 ? 1 : (size - 1) / Chunk + 1;

    /// <summary>Bytes that an object takes in the store.</summary>
    public long StoredSize(long size) => Header + size + Count(size) * Tag;

    /// <summary>The content's size, or null where no content gives an object of this size.</summary>
    public long? PlainSize(long stored)
    {
        var body = stored - Header;
        if (body < Tag) return null;
        var size = body - ((body - 1) / Sealed + 1) * Tag;
        return StoredSize(size) == stored ? size : null;
    }

    /// <summary>The bytes of the object that hold a part of the content: whole chunks.</summary>
    /// <param name="part">Inside the content.</param>
    /// <param name="size">Of the content.</param>
    public ByteRange Covering(ByteRange part, long size)
    {
        var first = part.Offset / Chunk;
        var end = Math.Min(StoredSize(size), Header + ((part.Offset + part.Length - 1) / Chunk + 1) * Sealed);
        return new ByteRange(Header + first * Sealed, end - Header - first * Sealed);
    }
}
