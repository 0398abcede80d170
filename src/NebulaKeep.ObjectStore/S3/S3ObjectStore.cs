using Microsoft.Extensions.Logging;
using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>
/// A bucket, or a prefix in it, on S3 or a compatible server. Every body carries a Content-MD5 that the server checks, and after
/// each upload the server's own tag or size is compared with what was sent.
/// </summary>
sealed class S3ObjectStore : IObjectStore
{
    readonly TimeProvider clock;
    readonly S3Connection connection;
    readonly S3SinglePut single;
    readonly S3MultipartPut multipart;
    readonly S3Lister lister;
    readonly S3Deleter deleter;

    public S3ObjectStore(StoreUri uri, S3Settings settings, S3Limits limits, ILogger log, TimeProvider clock)
    {
        S3Clients.Check(settings);
        this.clock = clock;
        var target = new S3Target(uri, settings);
        var requests = new S3Requests(target, settings);
        connection = new S3Connection(target, settings, limits, log, clock);
        var verifier = new S3Verifier(connection, clock);
        single = new S3SinglePut(connection, requests, verifier, log);
        multipart = new S3MultipartPut(connection, requests, verifier, log, clock);
        lister = new S3Lister(connection);
        deleter = new S3Deleter(connection, log);
    }

    public string Location => connection.Target.Location;

    public async Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken)
    {
        connection.Target.Keys.Validate(key);
        var parts = new PartReader(content, ChunkBuffers.Shared);
        var first = await parts.NextAsync(cancellationToken);
        if (!first.IsLast) return await multipart.PutAsync(key, first, parts.NextAsync, condition, cancellationToken);
        using (first) return await single.PutAsync(key, first, condition, cancellationToken);
    }

    public async Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken)
    {
        connection.Target.Keys.Validate(key);
        return await S3ReadStream.OpenAsync(connection, clock, key, range, cancellationToken);
    }

    public async Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken)
    {
        connection.Target.Keys.Validate(key);
        return await connection.HeadAsync(key, cancellationToken) is { } head ? S3Objects.From(key, head) : null;
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
