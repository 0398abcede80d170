using NebulaKeep.ObjectStore.Streams;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace NebulaKeep.ObjectStore.Sealed.Compression;

/// <summary>The compressed form of a content, made as it is read: a Zstandard frame for each block, then the footer. The content is not disposed.</summary>
sealed class CompressingStream : ReadOnlyStream
{
    /// <summary>Bytes of content in a frame, and so of the window that a reader needs.</summary>
    public const int Block = 256 << 10;

    const int Level = 3;
    readonly Stream content;
    readonly Compressor compressor = new(Level);
    readonly byte[] plain;
    readonly byte[] ready;
    int start;
    int end;
    bool isEnd;

    public CompressingStream(Stream content)
    {
        this.content = content;
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        plain = new byte[(int)Math.Clamp((ContentLength.Of(content) ?? Block) + 1, 1, Block)];
        ready = new byte[Math.Max(ZstdFooter.Length, Compressor.GetCompressBound(plain.Length))];
    }

    /// <summary>Bytes of content that were read.</summary>
    public long PlainBytes { get; private set; }

    /// <summary>Bytes that were handed out.</summary>
    public long StoredBytes { get; private set; }

    // Nothing grows by more than a part in a hundred.
    protected override long? ExpectedLength => ContentLength.Of(content) is { } left ? left + left / 100 + 1024 : null;

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
        var length = await content.ReadAtLeastAsync(plain, plain.Length, throwOnEndOfStream: false, cancellationToken);
        (start, isEnd, PlainBytes) = (0, length == 0, PlainBytes + length);
        end = isEnd ? ZstdFooter.Length : compressor.Wrap(plain.AsSpan(0, length), ready);
        if (isEnd) new ZstdFooter(PlainBytes, StoredBytes + ZstdFooter.Length).Write(ready);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) compressor.Dispose();
        base.Dispose(disposing);
    }
}
