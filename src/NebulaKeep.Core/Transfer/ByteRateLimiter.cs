namespace NebulaKeep.Core.Transfer;

/// <summary>
/// One token bucket for all transfers of a process, both directions: bytes are paid for as they flow. It holds a quarter
/// of a second of the rate, so a limit is kept over any second. Safe for concurrent use.
/// </summary>
public sealed class ByteRateLimiter
{
    static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(250);
    readonly Lock gate = new();
    readonly double bytesPerSecond;
    readonly TimeProvider clock;
    long paidUntil;

    /// <param name="bytesPerSecond">0 means no limit.</param>
    /// <param name="clock">Time is read and waited for here.</param>
    public ByteRateLimiter(double bytesPerSecond, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytesPerSecond);
        this.bytesPerSecond = bytesPerSecond;
        this.clock = clock;
        paidUntil = clock.GetTimestamp();
    }

    /// <summary>Returns when <paramref name="bytes"/> may have passed.</summary>
    public async ValueTask PayAsync(int bytes, CancellationToken cancellationToken)
    {
        if (bytesPerSecond <= 0 || bytes <= 0) return;
        var wait = Reserve(bytes);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, clock, cancellationToken);
    }

    TimeSpan Reserve(int bytes)
    {
        lock (gate)
        {
            var now = clock.GetTimestamp();
            var burst = (long)(Burst.TotalSeconds * clock.TimestampFrequency);
            paidUntil = Math.Max(paidUntil, now - burst) + (long)(bytes / bytesPerSecond * clock.TimestampFrequency);
            return paidUntil <= now ? TimeSpan.Zero : clock.GetElapsedTime(now, paidUntil);
        }
    }
}
