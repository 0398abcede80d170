using Microsoft.Extensions.Logging;
using NebulaKeep.Core.Checksums;
using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>Puts an object of any length in pieces: one is sent while the next is read. All or nothing, with a checksum of the whole.</summary>
sealed class GcsResumablePut(GcsConnection connection, GcsVerifier verifier, ILogger log, TimeProvider clock)
{
    /// <param name="key">Where.</param>
    /// <param name="first">The piece that did not hold all; disposed here.</param>
    /// <param name="next">Gives the following pieces.</param>
    /// <param name="condition">Checked by the server at the beginning and at the end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<StoredObject> PutAsync(string key, Chunk first, Func<CancellationToken, Task<Chunk>> next, PutCondition condition, CancellationToken cancellationToken)
    {
        ResumableSession session;
        try
        {
            session = await ResumableSession.BeginAsync(connection, key, condition, log, clock, cancellationToken);
        }
        catch
        {
            first.Dispose();
            throw;
        }

        try
        {
            var (stored, length, crc) = await SendAllAsync(key, session, first, next, cancellationToken);
            return await verifier.ConfirmAsync(key, length, crc, stored, cancellationToken);
        }
        catch
        {
            await session.AbortAsync();
            throw;
        }
    }

    async Task<(GcsObject Stored, long Length, uint Crc)> SendAllAsync(string key, ResumableSession session, Chunk first, Func<CancellationToken, Task<Chunk>> next, CancellationToken cancellationToken)
    {
        var crc = new Crc32C();
        var length = 0L;
        for (var chunk = first; ;)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var following = chunk.IsLast ? null : next(stop.Token);
            try
            {
                crc.Append(chunk.Bytes.Span);
                var stored = await new ChunkUpload(connection, session, chunk, length, crc.Value).RunAsync(key, cancellationToken);
                length += chunk.Length;
                if (stored is not null) return (stored, length, crc.Value);
            }
            catch
            {
                await stop.CancelAsync();
                await DropAsync(following);
                throw;
            }
            finally
            {
                chunk.Dispose();
            }

            chunk = await following!;
        }
    }

    // The failure is what the caller must see, not that reading ahead was stopped for it.
    static async Task DropAsync(Task<Chunk>? following)
    {
        if (following is null) return;
        await ((Task)following).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (following.IsCompletedSuccessfully) (await following).Dispose();
    }
}
