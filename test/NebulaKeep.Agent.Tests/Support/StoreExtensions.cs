using NebulaKeep.ObjectStore;

namespace NebulaKeep.Agent.Tests.Support;

/// <summary>Texts in and out of a store.</summary>
static class StoreExtensions
{
    public static Task PutTextAsync(this IObjectStore store, string key, string text) =>
        store.PutAsync(key, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), PutCondition.Overwrite, CancellationToken.None);

    public static async Task<string> TextAsync(this IObjectStore store, string key)
    {
        using var reader = new StreamReader(await store.OpenReadAsync(key, null, CancellationToken.None));
        return await reader.ReadToEndAsync();
    }

    public static async Task<string[]> KeysAsync(this IObjectStore store)
    {
        var keys = new List<string>();
        await foreach (var found in store.ListAsync("", CancellationToken.None)) keys.Add(found.Key);
        return [.. keys];
    }

    public static async Task<List<T>> ToListAsync<T>(this IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items) list.Add(item);
        return list;
    }
}
