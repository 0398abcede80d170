using System.Runtime.CompilerServices;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>A store that counts calls, and how many are open at once; each takes a moment.</summary>
sealed class CountingStore(IObjectStore inner) : IObjectStore
{
    int calls;
    int open;
    int most;

    public int Calls => calls;

    public int MostAtOnce => most;

    public string Location => inner.Location;

    public Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken) => CountAsync(() => inner.PutAsync(key, content, condition, cancellationToken));

    public Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken) => CountAsync(() => inner.OpenReadAsync(key, range, cancellationToken));

    public Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken) => CountAsync(() => inner.StatAsync(key, cancellationToken));

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref calls);
        await foreach (var item in inner.ListAsync(prefix, cancellationToken)) yield return item;
    }

    public async IAsyncEnumerable<string> ListFoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref calls);
        await foreach (var item in inner.ListFoldersAsync(folder, cancellationToken)) yield return item;
    }

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => CountAsync(async () =>
    {
        await inner.DeleteAsync(keys, cancellationToken);
        return true;
    });

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    async Task<T> CountAsync<T>(Func<Task<T>> call)
    {
        Interlocked.Increment(ref calls);
        var now = Interlocked.Increment(ref open);
        for (var seen = most; now > seen; seen = Volatile.Read(ref most)) Interlocked.CompareExchange(ref most, now, seen);
        await Task.Yield();
        try
        {
            return await call();
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }
}
