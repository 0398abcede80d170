using Microsoft.Extensions.Logging;
using NebulaKeep.ObjectStore.Gcs.Credentials;
using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>
/// A bucket, or a prefix in it, on Google Cloud Storage by its JSON API. The server checks a CRC-32C of every object before there is
/// one, and what it says that it holds is compared with what was sent.
/// </summary>
sealed class GcsObjectStore : IObjectStore
{
    readonly GcsLimits limits;
    readonly TimeProvider clock;
    readonly GcsConnection connection;
    readonly GcsSinglePut single;
    readonly GcsResumablePut resumable;
    readonly GcsLister lister;
    readonly GcsDeleter deleter;

    /// <param name="uri">Bucket and prefix.</param>
    /// <param name="settings">How to reach it.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="environment">Gives a variable's value, where the settings have no credentials.</param>
    /// <param name="log">Retries.</param>
    /// <param name="clock">Waits by it.</param>
    /// <exception cref="Core.NebulaKeepException">Settings that can never work.</exception>
    public GcsObjectStore(StoreUri uri, GcsSettings settings, GcsLimits limits, Func<string, string?> environment, ILogger log, TimeProvider clock)
    {
        if (settings.Credentials is { } own) CredentialSearch.OwnJson(own);
        (this.limits, this.clock) = (limits, clock);
        connection = new GcsConnection(new GcsTarget(uri, settings), settings, limits, environment, log, clock);
        var verifier = new GcsVerifier(connection);
        single = new GcsSinglePut(connection, verifier);
        resumable = new GcsResumablePut(connection, verifier, log, clock);
        lister = new GcsLister(connection);
        deleter = new GcsDeleter(connection);
    }

    public string Location => connection.Target.Location;

    public async Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken)
    {
        connection.Target.Keys.Validate(key);
        var chunks = new ChunkReader(content, ChunkBuffers.Shared);
        var left = ContentLength.Of(content);
        var first = await NextAsync(cancellationToken);
        if (!first.IsLast) return await resumable.PutAsync(key, first, NextAsync, condition, cancellationToken);
        using (first) return await single.PutAsync(key, first, condition, cancellationToken);

        async Task<Chunk> NextAsync(CancellationToken token)
        {
            var chunk = await chunks.NextAsync(limits.BufferFor(left), token);
            left = left is { } before ? Math.Max(0, before - chunk.Length) : null;
            return chunk;
        }
    }

    public async Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken)
    {
        connection.Target.Keys.Validate(key);
        return await GcsReadStream.OpenAsync(connection, clock, key, range, cancellationToken);
    }

    public async Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken)
    {
        connection.Target.Keys.Validate(key);
        return (await connection.FindAsync(key, cancellationToken))?.At(key);
    }

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        ObjectKey.ValidatePrefix(prefix);
        return lister.ObjectsAsync(prefix, cancellationToken);
    }

    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken)
    {
        if (folder.Length > 0) ObjectKey.Validate(folder);
        return lister.FoldersAsync(folder, cancellationToken);
    }

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys) connection.Target.Keys.Validate(key);
        return deleter.DeleteAsync(keys, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        connection.Dispose();
        return ValueTask.CompletedTask;
    }
}
