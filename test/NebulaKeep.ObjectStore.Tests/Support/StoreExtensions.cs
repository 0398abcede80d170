using System.Text;

namespace NebulaKeep.ObjectStore.Tests.Support;

static class StoreExtensions
{
    public static Task<StoredObject> PutTextAsync(this IObjectStore store, string key, string text, PutCondition condition = PutCondition.Overwrite) =>
        store.PutAsync(key, new MemoryStream(Encoding.UTF8.GetBytes(text)), condition, CancellationToken.None);

    public static async Task<string> GetTextAsync(this IObjectStore store, string key, ByteRange? range = null)
    {
        await using var stream = await store.OpenReadAsync(key, range, CancellationToken.None);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return Encoding.UTF8.GetString(copy.ToArray());
    }

    public static async Task<List<string>> KeysAsync(this IObjectStore store, string prefix) =>
        await store.ListAsync(prefix, CancellationToken.None).Select(found => found.Key).ToListAsync();

    public static async Task<List<string>> FoldersAsync(this IObjectStore store, string folder) =>
        await store.ListFoldersAsync(folder, CancellationToken.None).ToListAsync();

    public static async Task<ObjectStoreException> ShouldFailAsync(this Task task, StoreFailure failure)
    {
        var error = await Should.ThrowAsync<ObjectStoreException>(task);
        error.Failure.ShouldBe(failure, error.Message);
        return error;
    }
}
