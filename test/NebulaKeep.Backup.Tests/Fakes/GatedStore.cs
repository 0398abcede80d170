using System.Runtime.CompilerServices;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>A store whose calls pass the gate.</summary>
sealed class GatedStore(IObjectStore inner, Gate gate) : IObjectStore
{
    public string Location => inner.Location;

    public Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken) =>
        gate.PassAsync($"store put {key}", cancellationToken, () => inner.PutAsync(key, content, condition, cancellationToken));

    public Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken) =>
        gate.PassAsync($"store read {key}", cancellationToken, () => inner.OpenReadAsync(key, range, cancellationToken));

    public Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken) =>
        gate.PassAsync($"store stat {key}", cancellationToken, () => inner.StatAsync(key, cancellationToken));

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = await gate.PassAsync($"store list {prefix}", cancellationToken, () => inner.ListAsync(prefix, cancellationToken).ToListAsync(cancellationToken).AsTask());
        foreach (var item in all) yield return item;
    }

    public async IAsyncEnumerable<string> ListFoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = await gate.PassAsync($"store folders {folder}", cancellationToken, () => inner.ListFoldersAsync(folder, cancellationToken).ToListAsync(cancellationToken).AsTask());
        foreach (var item in all) yield return item;
    }

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        gate.PassAsync("store delete", cancellationToken, async () =>
        {
            await inner.DeleteAsync(keys, cancellationToken);
            return true;
        });

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
