using System.Threading.RateLimiting;

namespace NebulaKeep.ObjectStore.Streams;

/// <summary>A buffer with its share of the memory budget; disposing gives both back, once.</summary>
sealed class ChunkBuffer(ChunkBuffers owner, byte[] bytes, RateLimitLease lease) : IDisposable
{
    int disposed;

    /// <summary>Not to be used after this is disposed. It may be longer than asked for.</summary>
    public byte[] Bytes => bytes;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        owner.Return(bytes);
        lease.Dispose();
    }
}
