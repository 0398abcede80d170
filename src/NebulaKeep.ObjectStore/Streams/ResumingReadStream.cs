namespace NebulaKeep.ObjectStore.Streams;

/// <summary>
/// The content of an object, or a part of it. Where the connection breaks or falls silent it goes on from the same byte of the
/// same version, in bounded tries; where that fails it throws. It never ends early in silence.
/// </summary>
/// <param name="plan">What is read.</param>
/// <param name="part">Which bytes.</param>
abstract class ResumingReadStream(ReadPlan plan, ByteRange part) : ReadOnlyStream
{
    long position = part.Offset;
    long left = part.Length;
    int failures;

    /// <summary>What is read.</summary>
    protected ReadPlan Plan => plan;

    /// <summary>The body of the present answer.</summary>
    protected abstract Stream Body { get; }

    public sealed override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (left > 0 && buffer.Length > 0)
        {
            var (count, problem) = await TryReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
            if (count > 0)
            {
                (position, left, failures) = (position + count, left - count, 0);
                Check(buffer.Span[..count], isEnd: left == 0);
                return count;
            }

            if (++failures > plan.Retries)
                throw new ObjectStoreException(StoreFailure.Unavailable, $"Reading '{plan.Key}' in {plan.Location} at {plan.Server} failed: {left} bytes are missing after {failures} tries ({problem}).");
            await ReopenAsync(new ByteRange(position, left), cancellationToken);
        }

        return 0;
    }

    /// <summary>Asks for the rest, of the same version.</summary>
    protected abstract Task ReopenAsync(ByteRange rest, CancellationToken cancellationToken);

    /// <summary>A failure that another try may mend.</summary>
    protected abstract bool ShouldRetry(Exception error);

    /// <summary>Takes secrets out of a text.</summary>
    protected abstract string Redact(string text);

    /// <summary>Sees all bytes before they are handed out.</summary>
    protected virtual void Check(ReadOnlySpan<byte> read, bool isEnd) { }

    async Task<(int Count, string? Problem)> TryReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(plan.Silence, plan.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            var count = await Body.ReadAsync(buffer, either.Token);
            return (count, count > 0 ? null : "the content ended early");
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && (silence.IsCancellationRequested || ShouldRetry(error)))
        {
            return (0, silence.IsCancellationRequested ? $"silence for {plan.Silence.TotalSeconds:0} s" : Redact(error.Message));
        }
    }
}
