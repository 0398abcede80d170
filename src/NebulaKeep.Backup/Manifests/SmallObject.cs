using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Manifests;

/// <summary>Whole objects that fit in memory.</summary>
static class SmallObject
{
    /// <summary>The content, or null where the key does not exist. Memory is taken only after the size was seen to be allowed.</summary>
    /// <exception cref="ManifestException">The object is larger than <paramref name="maxBytes"/>, or the store says that it is damaged.</exception>
    public static async Task<byte[]?> ReadAsync(IObjectStore store, string key, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            if (await store.StatAsync(key, cancellationToken) is not { } stat) return null;
            if (stat.Size > maxBytes) throw new ManifestException($"{key} in {store.Location} has {stat.Size} bytes; at most {maxBytes} are allowed. It is not what its name says.");
            await using var content = await store.OpenReadAsync(key, null, cancellationToken);
            var bytes = new byte[stat.Size];
            await content.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
        catch (ObjectStoreException e) when (e.Failure == StoreFailure.NotFound)
        {
            return null; // deleted since the look at it
        }
        catch (ObjectStoreException e) when (e.Failure == StoreFailure.ChecksumMismatch)
        {
            throw new ManifestException(e.Message, e);
        }
    }
}
