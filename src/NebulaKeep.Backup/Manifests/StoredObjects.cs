using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Manifests;

/// <summary>Compares what a store lists with what manifests name.</summary>
static class StoredObjects
{
    const int Shown = 5;

    /// <summary>A sentence for each object that is missing or has another size.</summary>
    /// <param name="store">The store.</param>
    /// <param name="wanted">Sizes by key.</param>
    public static async Task<IReadOnlyList<string>> FindWrongAsync(IObjectStore store, IReadOnlyDictionary<string, long> wanted, CancellationToken cancellationToken)
    {
        var missing = new Dictionary<string, long>(wanted, StringComparer.Ordinal);
        var wrong = new List<string>();
        foreach (var directory in wanted.Keys.Select(key => key[..(key.IndexOf('/') + 1)]).Distinct().Order(StringComparer.Ordinal).ToList())
            await foreach (var found in store.ListAsync(directory, cancellationToken))
                if (missing.Remove(found.Key, out var size) && size != found.Size)
                    wrong.Add(WrongSize(found, size));
        return [.. wrong, .. missing.Keys.Order(StringComparer.Ordinal).Select(Missing)];
    }

    /// <summary>The first few, for a message.</summary>
    public static string Describe(IReadOnlyCollection<string> wrong) =>
        $"{string.Join("; ", wrong.Take(Shown))}{(wrong.Count > Shown ? $"; and {wrong.Count - Shown} more" : "")}";

    /// <summary>Says that an object has another size.</summary>
    public static string WrongSize(StoredObject found, long size) => $"{found.Key} {SizeFault(found.Size, size)}";

    /// <summary>The same without the object's name.</summary>
    public static string SizeFault(long found, long size) =>
        found == StoredObject.UnknownSize ? "is damaged, or was not written through the seal of this root" : $"has {found} bytes instead of {size}";

    /// <summary>Says that an object is missing.</summary>
    public static string Missing(string key) => $"{key} is missing";
}
