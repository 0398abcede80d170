namespace NebulaKeep.Core.Transfer;

/// <summary>Lets bytes pass at the rate of a limiter that many streams share. Owns the inner stream, not the limiter.</summary>
public sealed class ThrottledStream(Stream inner, ByteRateLimiter limiter) : ForwardStream(inner)
{
    /// <inheritdoc/>
    protected override ValueTask PassedAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        limiter.PayAsync(bytes.Length, cancellationToken);
}
