using System.Runtime.CompilerServices;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>A store whose listings leave one object out, as listings that lag behind do.</summary>
sealed class BlindStore(IObjectStore inner, string hidden) : IObjectStore
{
    public string Location => inner.Location;

    public Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken) => inner.PutAsync(key, content, condition, cancellationToken);

    public Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken) => inner.OpenReadAsync(key, range, cancellationToken);

    public Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken) => inner.StatAsync(key, cancellationToken);

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in inner.ListAsync(prefix, cancellationToken))
            if (item.Key != hidden)
                yield return item;
    }

    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) => inner.ListFoldersAsync(folder, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => inner.DeleteAsync(keys, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
