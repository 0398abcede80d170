namespace NebulaKeep.ObjectStore.Streams;

/// <summary>Cuts a content into pieces, each in a buffer that the store's memory budget has granted.</summary>
/// <param name="content">Read once, forward; not disposed.</param>
/// <param name="buffers">Shared by all uploads of a store.</param>
sealed class ChunkReader(Stream content, ChunkBuffers buffers)
{
    readonly byte[] ahead = new byte[1];
    bool hasAhead;

    /// <summary>The next piece, of this size unless the content ends before; its caller disposes it.</summary>
    public async Task<Chunk> NextAsync(int size, CancellationToken cancellationToken)
    {
        var buffer = await buffers.RentAsync(size, cancellationToken);
        try
        {
            var length = await FillAsync(buffer.Bytes.AsMemory(0, size), cancellationToken);
            return new Chunk(buffer, length, !hasAhead);
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    async Task<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var length = hasAhead ? 1 : 0;
        if (hasAhead) ahead.CopyTo(buffer);
        length += await content.ReadAtLeastAsync(buffer[length..], buffer.Length - length, throwOnEndOfStream: false, cancellationToken);
        hasAhead = length == buffer.Length && await content.ReadAsync(ahead, cancellationToken) == 1;
        return length;
    }
}
