using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.Sealed.Compression;

/// <summary>A compressed object without its footer, which is kept for the end. Owns the inner stream.</summary>
sealed class BodyStream(Stream stored) : ReadOnlyStream
{
    readonly byte[] buffer = new byte[(64 << 10) + ZstdFooter.Length];
    int start;
    int end;
    bool isEnd;

    /// <summary>Bytes of the object, as far as it was read.</summary>
    public long StoredBytes { get; private set; }

    /// <summary>What lies at the end, once the end was reached: fewer bytes than a footer where the object is too short.</summary>
    public ReadOnlySpan<byte> Footer => buffer.AsSpan(start, end - start);

    public override async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default)
    {
        while (end - start <= ZstdFooter.Length && !isEnd) await FillAsync(cancellationToken);
        var count = Math.Clamp(end - start - ZstdFooter.Length, 0, target.Length);
        buffer.AsMemory(start, count).CopyTo(target);
        start += count;
        return count;
    }

    async Task FillAsync(CancellationToken cancellationToken)
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        var count = await stored.ReadAsync(buffer.AsMemory(end), cancellationToken);
        (isEnd, end, StoredBytes) = (count == 0, end + count, StoredBytes + count);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) stored.Dispose();
        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await stored.DisposeAsync();
        await base.DisposeAsync();
    }
}
