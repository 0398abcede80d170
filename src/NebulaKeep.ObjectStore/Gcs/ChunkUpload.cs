using System.Net;
using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>
/// Brings one piece of an upload to the server, whatever happens on the way: after a cut or a refusal that passes it asks how much
/// arrived and goes on from there. Ends when the server has all of it, or after a number of tries that brought nothing forward.
/// </summary>
/// <param name="connection">Bounds and retries.</param>
/// <param name="session">The upload.</param>
/// <param name="chunk">The piece; not disposed.</param>
/// <param name="start">Its place in the object.</param>
/// <param name="crc">Of the object up to the end of this piece.</param>
sealed class ChunkUpload(GcsConnection connection, ResumableSession session, Chunk chunk, long start, uint crc)
{
    readonly long begin = start;
    long stored = start;
    int failures;
    bool unsure;

    long End => begin + chunk.Length;

    /// <summary>The object where this was the last piece, else null.</summary>
    public async Task<GcsObject?> RunAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.Retrying(() => ++failures <= connection.Limits.Retries).ExecuteAsync(async token => await AdvanceAsync(key, token), cancellationToken);
        }
        catch (GcsRefusedException error) when (error.Status == HttpStatusCode.PreconditionFailed)
        {
            throw Failures.AlreadyExists(connection.Target.Location, key);
        }
        catch (GcsRefusedException error) when (error.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            throw new ObjectStoreException(StoreFailure.Unavailable, $"Writing '{key}' in {connection.Target.Location} at {connection.Target.Server} failed: the server has forgotten the upload after {stored} bytes. Send it again.");
        }
        catch (Exception error) when (GcsConnection.IsOurs(error))
        {
            throw GcsErrors.Translate(error, connection, $"Writing '{key}' from byte {stored}");
        }
    }

    async Task<GcsObject?> AdvanceAsync(string key, CancellationToken cancellationToken)
    {
        if (unsure && Take(await session.AskAsync(cancellationToken), key) is { } complete) return complete;
        while (stored < End || chunk.IsLast)
        {
            unsure = true;
            var before = stored;
            var state = await session.SendAsync(chunk.Bytes[(int)(stored - begin)..], stored, chunk.IsLast ? (End, crc) : null, cancellationToken);
            unsure = false;
            if (Take(state, key) is { } done) return done;
            if (stored == before) throw new GcsRefusedException(HttpStatusCode.PermanentRedirect, "", $"the server kept nothing of what was sent from byte {stored}", null) { IsStall = true };
        }

        return null;
    }

    // What the server has must lie between what it had and what it was sent: a server that forgets or invents bytes is not believed.
    GcsObject? Take(UploadState state, string key)
    {
        if (state.Object is not null && chunk.IsLast) return state.Object;
        if (state.Object is not null || state.Stored < stored || state.Stored > End)
            throw new ObjectStoreException(StoreFailure.Other, $"{connection.Target.Server} says that it has {state.Stored} bytes of '{key}' where it had {stored} and was sent {End}: it cannot be used.");
        if (state.Stored > stored) failures = 0;
        stored = state.Stored;
        unsure = false;
        return null;
    }
}
