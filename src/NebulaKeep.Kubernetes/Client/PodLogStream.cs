namespace NebulaKeep.Kubernetes.Client;

/// <summary>A log as it comes; ends after the agreed number of bytes even if the server sends more.</summary>
sealed class PodLogStream(HttpResponseMessage response, Stream inner, long limit) : Stream
{
    long left = limit;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, left);
        if (wanted == 0) return 0;
        try
        {
            var read = await inner.ReadAsync(buffer[..wanted], cancellationToken);
            left -= read;
            return read;
        }
        catch (HttpRequestException error)
        {
            throw new KubeException($"The log broke off: {error.GetBaseException().Message}", true, error);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    protected override void Dispose(bool disposing)
    {
        if (disposing) response.Dispose();
        base.Dispose(disposing);
    }
}
