using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Backups;

/// <summary>Compares what the store lists with what the manifest will say, before it is written.</summary>
static class UploadVerifier
{
    /// <exception cref="NebulaKeepException">An object is missing, has another size, or was not sent by this run.</exception>
    public static async Task VerifyAsync(IObjectStore store, BackupName name, IReadOnlyCollection<ManifestFile> files, CancellationToken cancellationToken)
    {
        var own = files.Where(f => f.In is null).Select(f => (Key: f.KeyIn(name), f.Size, f.Sha256)).Distinct().ToList();
        var missing = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var file in own)
            if (!missing.TryAdd(file.Key, file.Size))
                throw new NebulaKeepException($"Two agents sent {file.Key} with different content.");
        var wrong = new List<string>();
        await foreach (var found in store.ListAsync(BackupLayout.Prefix(name), cancellationToken))
        {
            if (!missing.Remove(found.Key, out var size)) wrong.Add($"{found.Key} was not sent by this backup");
            else if (size != found.Size) wrong.Add(StoredObjects.WrongSize(found, size));
        }

        wrong.AddRange(missing.Keys.Order(StringComparer.Ordinal).Select(StoredObjects.Missing));
        var hint = missing.Count > 0 && store.Location.StartsWith("local:", StringComparison.Ordinal) ? " With local:// the folder must be one and the same (a shared mount) on all hosts and here." : "";
        if (wrong.Count > 0) throw new NebulaKeepException($"{store.Location} does not hold what the agents sent: {StoredObjects.Describe(wrong)}.{hint}");
        await VerifySharedAsync(store, name, files, cancellationToken);
    }

    static async Task VerifySharedAsync(IObjectStore store, BackupName name, IReadOnlyCollection<ManifestFile> files, CancellationToken cancellationToken)
    {
        var wanted = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var file in files.Where(f => f.In is not null)) wanted[file.KeyIn(name)] = file.Size;
        var wrong = await StoredObjects.FindWrongAsync(store, wanted, cancellationToken);
        if (wrong.Count > 0) throw new NebulaKeepException($"{store.Location} no longer holds what this backup shares with others: {StoredObjects.Describe(wrong)}. Run it again.");
    }

    /// <summary>Removes what an interrupted run left below the name and this one does not use.</summary>
    public static async Task RemoveStraysAsync(IObjectStore store, BackupName name, IReadOnlyCollection<ManifestFile> files, CancellationToken cancellationToken)
    {
        var own = files.Where(f => f.In is null).Select(f => f.KeyIn(name)).ToHashSet(StringComparer.Ordinal);
        var strays = await store.ListStoredAsync(BackupLayout.Prefix(name), cancellationToken).Select(o => o.Key).Where(k => !own.Contains(k)).ToListAsync(cancellationToken);
        if (strays.Count > 0) await store.DeleteAsync(strays, cancellationToken);
    }
}
