namespace NebulaKeep.ObjectStore.Streams;

/// <summary>Gives exactly so many bytes of the inner stream, and throws where it has fewer. Owns the inner stream.</summary>
sealed class ExactLengthStream(Stream inner, long length, Func<long, Exception> shortRead) : ReadOnlyStream
{
    long left = length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (left == 0 || buffer.Length == 0) return 0;
        var wanted = (int)Math.Min(buffer.Length, left);
        var count = await inner.ReadAsync(buffer[..wanted], cancellationToken);
        if (count == 0) throw shortRead(left);
        left -= count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }
}
