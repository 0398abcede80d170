using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>Short ways to look at objects and to damage them.</summary>
static class StoreBytes
{
    public static async Task<byte[]> BytesAsync(this IObjectStore store, string key)
    {
        await using var content = await store.OpenReadAsync(key, null, CancellationToken.None);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public static Task ReplaceAsync(this IObjectStore store, string key, byte[] bytes) =>
        store.PutAsync(key, new MemoryStream(bytes), PutCondition.Overwrite, CancellationToken.None);

    public static Task RemoveAsync(this IObjectStore store, string key) => store.DeleteAsync([key], CancellationToken.None);

    public static async Task<List<StoredObject>> ObjectsAsync(this IObjectStore store, string prefix = "") =>
        await store.ListAsync(prefix, CancellationToken.None).ToListAsync();
}
