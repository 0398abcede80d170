using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.Sealed;

/// <summary>A part of a stream that can only be read forward.</summary>
static class PartStream
{
    const int BufferLength = 1 << 16;

    /// <summary>Skips what lies before the part. Owns the stream, also where it fails.</summary>
    /// <param name="missing">Makes the exception of an early end from the bytes that are missing.</param>
    public static async Task<Stream> OpenAsync(Stream stream, long skip, long length, Func<long, Exception> missing, CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[(int)Math.Min(skip, BufferLength)];
            for (var left = skip; left > 0;)
            {
                var count = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
                left -= count == 0 ? throw missing(left + length) : count;
            }

            return new ExactLengthStream(stream, length, missing);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}
