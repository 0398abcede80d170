using NebulaKeep.ObjectStore;

namespace NebulaKeep.Agent.Tests.Support;

/// <summary>Lets a test do something right before a call reaches the store, or change what the store answers. Owns the inner store.</summary>
sealed class HookedStore(IObjectStore inner) : IObjectStore
{
    public Func<string, CancellationToken, Task> BeforePut { get; set; } = (_, _) => Task.CompletedTask;

    public Func<string, CancellationToken, Task> BeforeRead { get; set; } = (_, _) => Task.CompletedTask;

    public Func<StoredObject, StoredObject> Answer { get; set; } = stored => stored;

    public string Location => inner.Location;

    public async Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken)
    {
        await BeforePut(key, cancellationToken);
        return Answer(await inner.PutAsync(key, content, condition, cancellationToken));
    }

    public async Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken)
    {
        await BeforeRead(key, cancellationToken);
        return await inner.OpenReadAsync(key, range, cancellationToken);
    }

    public Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken) => inner.StatAsync(key, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) => inner.ListFoldersAsync(folder, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => inner.DeleteAsync(keys, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
