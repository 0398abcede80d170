using System.Buffers;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>A whole answer of at most a given length, in memory that is lent: pages are megabytes, and many are read one after another.</summary>
sealed class ResponseBody : IDisposable
{
    const int FirstBytes = 16 << 10;
    const int MostBytesAtFirst = 1 << 20;      // whatever the head promises

    byte[] buffer;
    int length;

    ResponseBody(int bytes) => buffer = ArrayPool<byte>.Shared.Rent(bytes);

    /// <summary>The answer, until this is disposed.</summary>
    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <summary>Reads an answer to its end.</summary>
    /// <exception cref="KubeException">It is larger than the limit, or breaks off.</exception>
    public static async Task<ResponseBody> ReadAsync(HttpContent content, int limit, string doing, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > limit) throw TooLarge(doing, limit);
        var body = new ResponseBody((int)Math.Min(content.Headers.ContentLength + 1 ?? FirstBytes, MostBytesAtFirst));
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellation);
            for (int read; (read = await stream.ReadAsync(body.buffer.AsMemory(body.length), cancellation)) > 0;)
                if ((body.length += read) > limit) throw TooLarge(doing, limit);
                else if (body.length == body.buffer.Length) body.Grow();
            return body;
        }
        catch (Exception error)
        {
            body.Dispose();
            if (error is HttpRequestException or IOException) throw new KubeException($"{doing}: the answer broke off: {error.GetBaseException().Message}", true, error);
            throw;
        }
    }

    /// <summary>Gives the memory back, emptied: it may have held a Secret.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        (buffer, length) = ([], 0);
    }

    void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        buffer = larger;
    }

    static KubeException TooLarge(string doing, int limit) => new($"{doing}: the answer is larger than {limit} bytes", false);
}
