using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Testing.Stores;

/// <summary>A store whose nth call of a kind goes wrong as told; all others reach the inner store. Owns the inner store.</summary>
public sealed class FaultyObjectStore(IObjectStore inner) : IObjectStore
{
    readonly ConcurrentDictionary<(StoreCall Call, int Nth), StoreFault> faults = new();
    readonly ConcurrentDictionary<StoreCall, int> counts = new();

    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <summary>How many calls of a kind were made.</summary>
    public int Count(StoreCall call) => counts.GetValueOrDefault(call);

    /// <summary>Plans a fault for the nth call of a kind, counted from 1 and from the making of this store.</summary>
    public FaultyObjectStore On(StoreCall call, int nth, StoreFault fault)
    {
        faults[(call, nth)] = fault;
        return this;
    }

    /// <inheritdoc/>
    public async Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken)
    {
        var fault = await BeginAsync(StoreCall.Put, key, cancellationToken);
        var stored = await inner.PutAsync(key, FaultyStream.Wrap(content, fault), condition, cancellationToken);
        End(StoreCall.Put, key, fault);
        return stored;
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken)
    {
        var fault = await BeginAsync(StoreCall.Read, key, cancellationToken);
        var content = await inner.OpenReadAsync(key, range, cancellationToken);
        End(StoreCall.Read, key, fault);
        return FaultyStream.Wrap(content, fault);
    }

    /// <inheritdoc/>
    public async Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken)
    {
        var fault = await BeginAsync(StoreCall.Stat, key, cancellationToken);
        var found = await inner.StatAsync(key, cancellationToken);
        End(StoreCall.Stat, key, fault);
        return found;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) =>
        Enumerate(StoreCall.List, prefix, () => inner.ListAsync(prefix, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) =>
        Enumerate(StoreCall.ListFolders, folder, () => inner.ListFoldersAsync(folder, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var fault = await BeginAsync(StoreCall.Delete, string.Join(", ", keys.Take(3)), cancellationToken);
        await inner.DeleteAsync(keys, cancellationToken);
        End(StoreCall.Delete, $"{keys.Count} objects", fault);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    async IAsyncEnumerable<T> Enumerate<T>(StoreCall call, string what, Func<IAsyncEnumerable<T>> list, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var fault = await BeginAsync(call, what, cancellationToken);
        await foreach (var item in list().WithCancellation(cancellationToken)) yield return item;
        End(call, what, fault);
    }

    async ValueTask<StoreFault?> BeginAsync(StoreCall call, string what, CancellationToken cancellationToken)
    {
        var nth = counts.AddOrUpdate(call, 1, (_, before) => before + 1);
        var fault = faults.GetValueOrDefault((call, nth));
        if (fault is StoreFault.Fail fail) throw Failed(call, what, fail.Failure);
        if (fault is StoreFault.Hang) await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return fault;
    }

    void End(StoreCall call, string what, StoreFault? fault)
    {
        if (fault is StoreFault.FailAfterwards late) throw Failed(call, what, late.Failure);
    }

    ObjectStoreException Failed(StoreCall call, string what, StoreFailure failure) => new(failure, $"{call} of '{what}' in {Location} failed as planned.");
}
