namespace NebulaKeep.ObjectStore.Sealed;

/// <summary>A store that keeps contents in another form in an inner one, under the same keys. Owns the inner store.</summary>
abstract class StoreDecorator(IObjectStore inner) : IObjectStore
{
    public string Location => inner.Location;

    /// <summary>The store that holds the bytes.</summary>
    protected IObjectStore Inner => inner;

    public abstract Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken);

    public abstract Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken);

    public abstract Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken);

    public abstract IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    public virtual IAsyncEnumerable<StoredObject> ListStoredAsync(string prefix, CancellationToken cancellationToken) => inner.ListStoredAsync(prefix, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) => inner.ListFoldersAsync(folder, cancellationToken);

    public virtual Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => inner.DeleteAsync(keys, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>Throws where the store confirmed another size than it was sent.</summary>
    protected void Confirm(StoredObject stored, long sent)
    {
        if (stored.Size != sent) throw Failures.Mismatch(Location, stored.Key, $"{sent} bytes were sent and {stored.Size} are there");
    }
}
