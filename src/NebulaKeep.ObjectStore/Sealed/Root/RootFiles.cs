namespace NebulaKeep.ObjectStore.Sealed.Root;

/// <summary>Reads and writes <c>nebulakeep.json</c> of a store.</summary>
public static class RootFiles
{
    /// <summary>The description of a root; null where it has none and so is plain. One request.</summary>
    /// <param name="store">The store itself, not seen through a seal.</param>
    /// <exception cref="RootException">There is one, and it cannot be used.</exception>
    public static async Task<RootFile?> ReadAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await store.OpenReadAsync(RootFile.Key, null, cancellationToken);
            var bytes = new byte[RootFileJson.MaxBytes + 1];
            var length = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            if (length == bytes.Length) throw new RootException(RootProblem.Unreadable, $"{RootFile.Key} in {store.Location} is longer than {RootFileJson.MaxBytes} bytes: it is not what its name says.");
            return RootFileJson.Parse(bytes.AsSpan(0, length), store.Location);
        }
        catch (ObjectStoreException e) when (e.Failure is StoreFailure.NotFound or StoreFailure.RootNotFound)
        {
            return null;
        }
    }

    /// <summary>Writes the description of a new root.</summary>
    /// <exception cref="ObjectStoreException"><see cref="StoreFailure.AlreadyExists"/> where another run was faster.</exception>
    public static Task CreateAsync(IObjectStore store, RootFile file, CancellationToken cancellationToken) => PutAsync(store, file, PutCondition.CreateOnly, cancellationToken);

    /// <summary>Writes the description of a root whose keys have changed.</summary>
    public static Task ReplaceAsync(IObjectStore store, RootFile file, CancellationToken cancellationToken) => PutAsync(store, file, PutCondition.Overwrite, cancellationToken);

    static async Task PutAsync(IObjectStore store, RootFile file, PutCondition condition, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(RootFileJson.Serialize(file));
        await store.PutAsync(RootFile.Key, content, condition, cancellationToken);
    }
}
