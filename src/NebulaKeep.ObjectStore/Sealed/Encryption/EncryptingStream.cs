using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.Sealed.Encryption;

/// <summary>The encrypted form of a content, made as it is read; one chunk in memory. The content is not disposed, the cipher is.</summary>
sealed class EncryptingStream(Stream content, ObjectCipher cipher) : ReadOnlyStream
{
    // A byte more tells whether a chunk is the last.
    readonly byte[] plain = new byte[cipher.Math.Chunk + 1];
    readonly byte[] ready = new byte[Math.Max(ChunkMath.Header, cipher.Math.Sealed)];
    int start;
    int end;
    int ahead;
    long number = -1;
    bool isEnd;

    /// <summary>Bytes of content that were read.</summary>
    public long PlainBytes { get; private set; }

    /// <summary>Bytes that were handed out.</summary>
    public long StoredBytes { get; private set; }

    protected override long? ExpectedLength => ContentLength.Of(content) is { } left ? cipher.Math.StoredSize(left) : null;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (start == end && !isEnd) await FillAsync(cancellationToken);
        var count = Math.Min(buffer.Length, end - start);
        ready.AsMemory(start, count).CopyTo(buffer);
        (start, StoredBytes) = (start + count, StoredBytes + count);
        return count;
    }

    async Task FillAsync(CancellationToken cancellationToken)
    {
        start = 0;
        if (number < 0)
        {
            cipher.Header.CopyTo(ready, 0);
            (end, number) = (ChunkMath.Header, 0);
            return;
        }

        var length = ahead + await content.ReadAtLeastAsync(plain.AsMemory(ahead), plain.Length - ahead, throwOnEndOfStream: false, cancellationToken);
        isEnd = length < plain.Length;
        var taken = isEnd ? length : cipher.Math.Chunk;
        end = cipher.Seal(number++, isEnd, plain.AsSpan(0, taken), ready);
        PlainBytes += taken;
        (plain[0], ahead) = (plain[^1], 1);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) cipher.Dispose();
        base.Dispose(disposing);
    }
}
