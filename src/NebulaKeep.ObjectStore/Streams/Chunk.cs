namespace NebulaKeep.ObjectStore.Streams;

/// <summary>A piece of a content. Owns its buffer.</summary>
sealed class Chunk(ChunkBuffer buffer, int length, bool isLast) : IDisposable
{
    public int Length => length;

    public bool IsLast => isLast;

    /// <summary>Valid until this is disposed.</summary>
    public ReadOnlyMemory<byte> Bytes => buffer.Bytes.AsMemory(0, length);

    /// <summary>A new stream for each try.</summary>
    public Stream Open() => new MemoryStream(buffer.Bytes, 0, length, writable: false);

    public void Dispose() => buffer.Dispose();
}
