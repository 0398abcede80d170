using System.Text.Json;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Cleanup;

/// <summary>
/// Says that a backup is being removed. It is written before the manifest goes: a directory whose manifest is gone and whose
/// .meta is not yet would otherwise look as if nebula-br had made it. It goes when nothing is left of the directory: after a
/// crash, or as long as others use objects in it, it stays, and every <c>prune</c> looks again.
/// </summary>
static class RemovalMark
{
    /// <summary>Writes the mark.</summary>
    public static async Task SetAsync(IObjectStore store, BackupName name, LeaseHolder self, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(self, LeaseContext.Default.LeaseHolder));
        await store.PutAsync(BackupLayout.RemovalMark(name), content, PutCondition.Overwrite, cancellationToken);
    }

    /// <summary>Removes marks.</summary>
    public static async Task ClearAsync(IObjectStore store, IEnumerable<BackupName> names, CancellationToken cancellationToken)
    {
        var keys = names.Select(BackupLayout.RemovalMark).ToList();
        if (keys.Count > 0) await store.DeleteAsync(keys, cancellationToken);
    }

    /// <summary>True where a backup is being removed, or its removal was interrupted.</summary>
    public static async Task<bool> ExistsAsync(IObjectStore store, BackupName name, CancellationToken cancellationToken) =>
        await store.StatAsync(BackupLayout.RemovalMark(name), cancellationToken) is not null;

    /// <summary>All backups that bear the mark.</summary>
    public static async Task<IReadOnlyList<BackupName>> ListAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        var names = new List<BackupName>();
        await foreach (var found in store.ListStoredAsync($"{BackupLayout.RemovalFolder}/", cancellationToken))
            if (BackupName.TryParse(Path.GetFileNameWithoutExtension(found.Key), out var name))
                names.Add(name);
        return names;
    }
}
