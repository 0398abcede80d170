using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.Tests.Support;

/// <summary>So many bytes that follow from their position, made as they are read: long contents without memory.</summary>
sealed class PatternStream(long length, long failAt = long.MaxValue, Action<long>? passed = null) : ReadOnlyStream
{
    long position;

    // A prime length keeps the period out of step with every part and buffer size.
    static readonly byte[] Period = Enumerable.Range(0, 1_048_583).Select(i => (byte)((i * 2654435761L) >> 13)).ToArray();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (position >= failAt) throw new IOException("the source disk broke, as planned");
        var wanted = (int)Math.Min(buffer.Length, Math.Min(length, failAt) - position);
        var piece = At(position, wanted);
        piece.CopyTo(buffer.Span);
        position += piece.Length;
        passed?.Invoke(position);
        return ValueTask.FromResult(piece.Length);
    }

    /// <summary>Reads a stream to its end and returns how many bytes there were, failing at the first wrong piece.</summary>
    public static async Task<long> VerifyAsync(Stream stream, long offset = 0)
    {
        var buffer = new byte[1 << 20];
        var total = 0L;
        for (int count; (count = await stream.ReadAsync(buffer)) > 0; total += count)
        {
            for (var done = 0; done < count;)
            {
                var piece = At(offset + total + done, count - done);
                if (!piece.SequenceEqual(buffer.AsSpan(done, piece.Length))) throw new InvalidDataException($"the piece at {offset + total + done} differs");
                done += piece.Length;
            }
        }

        return total;
    }

    /// <summary>The length of a whole content; -1 where a byte of it is wrong.</summary>
    public static long IsPattern(byte[] content)
    {
        for (var done = 0; done < content.Length;)
        {
            var piece = At(done, content.Length - done);
            if (!piece.SequenceEqual(content.AsSpan(done, piece.Length))) return -1;
            done += piece.Length;
        }

        return content.Length;
    }

    static ReadOnlySpan<byte> At(long position, int atMost)
    {
        var start = (int)(position % Period.Length);
        return Period.AsSpan(start, Math.Min(atMost, Period.Length - start));
    }
}
