using System.Buffers;
using System.Numerics;
using System.Threading.RateLimiting;

namespace NebulaKeep.ObjectStore.Streams;

/// <summary>
/// The memory that uploads share. Who asks first gets first. Buffers that are free are kept for the next who needs one of
/// their size, but used and kept ones together never take more than the budget: the shared pool of .NET keeps some of every size
/// that it ever gave, for a minute and longer.
/// </summary>
/// <param name="bytes">The budget. A piece above it takes all of it and goes alone.</param>
sealed class ChunkBuffers(long bytes) : IDisposable
{
    const long SharedBytes = 32 << 20;

    /// <summary>Below this, the shared pool's arrays are too small to matter.</summary>
    const int Large = 1 << 20;

    readonly ConcurrencyLimiter budget = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = Units(bytes),
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    readonly Lock gate = new();
    readonly List<byte[]> free = [];
    long held;

    /// <summary>
    /// Those of all stores of this process, for as long as it runs: buffers that each store brought along and left to the collector
    /// would pile up with every backup that an agent serves.
    /// </summary>
    public static ChunkBuffers Shared { get; } = new(SharedBytes);

    /// <summary>Bytes of all large buffers, used and kept.</summary>
    public long Held
    {
        get
        {
            lock (gate) return held;
        }
    }

    /// <summary>A buffer of at least this size, once the budget has room for it; disposing gives it back.</summary>
    public async Task<ChunkBuffer> RentAsync(int size, CancellationToken cancellationToken)
    {
        var rounded = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(size, 1 << 10));
        var lease = await budget.AcquireAsync(Math.Min(Units(bytes), Units(rounded)), cancellationToken);
        return new ChunkBuffer(this, rounded < Large ? ArrayPool<byte>.Shared.Rent(size) : Take(rounded), lease);
    }

    public void Dispose() => budget.Dispose();

    internal void Return(byte[] buffer)
    {
        if (buffer.Length < Large)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return;
        }

        lock (gate)
        {
            if (held <= bytes) free.Add(buffer);
            else held -= buffer.Length;
        }
    }

    byte[] Take(int size)
    {
        lock (gate)
        {
            if (free.FindLastIndex(buffer => buffer.Length == size) is >= 0 and var fits)
            {
                var kept = free[fits];
                free.RemoveAt(fits);
                return kept;
            }

            for (; held + size > bytes && free.Count > 0; free.RemoveAt(0)) held -= free[0].Length;
            held += size;
        }

        return GC.AllocateUninitializedArray<byte>(size);
    }

    // A kibibyte each, so that their count fits an int.
    static int Units(long bytes) => (int)(bytes >> 10);
}
