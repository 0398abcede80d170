using System.Runtime.CompilerServices;
using NebulaKeep.ObjectStore.Sealed.Compression;
using NebulaKeep.ObjectStore.Sealed.Encryption;
using NebulaKeep.ObjectStore.Sealed.Root;

namespace NebulaKeep.ObjectStore.Sealed;

/// <summary>
/// The objects of a sealed root as they were before compression and encryption. The root's own <c>nebulakeep.json</c>, which lies
/// there in the clear, is none of them.
/// </summary>
public sealed class SealedStore : IObjectStore
{
    readonly StoreDecorator inner;

    SealedStore(StoreDecorator inner) => this.inner = inner;

    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <summary>Sees a store through its seal. The result owns the store.</summary>
    /// <exception cref="ArgumentException">The key or the chunk size is impossible.</exception>
    public static IObjectStore Wrap(IObjectStore store, Seal seal)
    {
        var encrypted = seal.Encryption is { } encryption ? Encrypted(store, encryption) : null;
        return seal.Compression == ContentCompression.Zstd ? new SealedStore(new CompressedStore(encrypted ?? store))
            : encrypted is null ? store
            : new SealedStore(encrypted);
    }

    /// <inheritdoc/>
    public async Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken) =>
        IsObject(key) ? await inner.PutAsync(key, content, condition, cancellationToken) : throw new ArgumentException($"The object key '{key}' is that of the root's own description.", nameof(key));

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken) =>
        IsObject(key) ? await inner.OpenReadAsync(key, range, cancellationToken) : throw Failures.NotFound(Location, key);

    /// <inheritdoc/>
    public async Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken) => IsObject(key) ? await inner.StatAsync(key, cancellationToken) : null;

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) => ObjectsAsync(inner.ListAsync(prefix, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListStoredAsync(string prefix, CancellationToken cancellationToken) => ObjectsAsync(inner.ListStoredAsync(prefix, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) => inner.ListFoldersAsync(folder, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => inner.DeleteAsync([.. keys.Where(IsObject)], cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    static EncryptedStore Encrypted(IObjectStore store, SealEncryption encryption)
    {
        if (!SealEncryption.IsChunkSize(encryption.ChunkBytes)) throw new ArgumentException($"Chunks of {encryption.ChunkBytes} bytes are none that a sealed root has.", nameof(encryption));
        var key = new byte[SealEncryption.KeyBytes];
        if (!Convert.TryFromBase64String(encryption.RootKey.Reveal(), key, out var length) || length != key.Length) throw new ArgumentException("The key of a sealed root has another length.", nameof(encryption));
        return new EncryptedStore(store, key, encryption.ChunkBytes);
    }

    static async IAsyncEnumerable<StoredObject> ObjectsAsync(IAsyncEnumerable<StoredObject> all, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in all.WithCancellation(cancellationToken))
            if (IsObject(found.Key))
                yield return found;
    }

    static bool IsObject(string key) => key != RootFile.Key;
}
