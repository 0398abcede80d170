using NebulaKeep.ObjectStore.Streams;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace NebulaKeep.ObjectStore.Sealed.Compression;

/// <summary>The content of a compressed object. It ends only behind a footer that fits what came before. Owns the stored bytes.</summary>
/// <param name="damaged">Makes the exception of what does not fit.</param>
sealed class DecompressingStream(Stream stored, Func<string, Exception?, Exception> damaged) : ReadOnlyStream
{
    /// <summary>The largest window that is taken memory for, as a power of two; four times what is written.</summary>
    const int MaxWindow = 20;

    readonly BodyStream body = new(stored);
    DecompressionStream? frames;
    long plainBytes;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0) return 0;
        var count = await ReadFramesAsync(buffer, cancellationToken);
        plainBytes += count;
        if (count == 0 && ZstdFooter.Read(body.Footer, body.StoredBytes)?.PlainSize != plainBytes)
            throw damaged("it has no end that fits the rest; it was cut, changed, or not written through the seal of this root", null);
        return count;
    }

    async ValueTask<int> ReadFramesAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await (frames ??= Open()).ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is ZstdException or EndOfStreamException)
        {
            throw damaged("it does not decompress; it was cut, changed, or not written through the seal of this root", e);
        }
    }

    DecompressionStream Open()
    {
        var opened = new DecompressionStream(body, leaveOpen: true);
        opened.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, MaxWindow);
        return opened;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            frames?.Dispose();
            body.Dispose();
        }

        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await body.DisposeAsync();
        if (frames is not null) await frames.DisposeAsync();
        await base.DisposeAsync();
    }
}
