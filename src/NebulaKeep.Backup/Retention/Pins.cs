using System.Text.Json;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Retention;

/// <summary>Marks that keep backups whatever a policy says: an object each, so that manifests never change.</summary>
public static class Pins
{
    /// <summary>Pins a backup; one that is pinned already stays as it is.</summary>
    /// <exception cref="PinRefusedException">There is no complete backup of that name.</exception>
    public static async Task PinAsync(IObjectStore store, BackupName name, LeaseHolder self, CancellationToken cancellationToken)
    {
        await RefuseMissingAsync(store, name, cancellationToken);
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(self, LeaseContext.Default.LeaseHolder));
        await store.PutAsync(BackupLayout.Pin(name), content, PutCondition.Overwrite, cancellationToken);
        await RefuseMissingAsync(store, name, cancellationToken); // a prune may have taken it meanwhile
    }

    /// <summary>Takes the pin off.</summary>
    /// <returns>False where there was none.</returns>
    public static async Task<bool> UnpinAsync(IObjectStore store, BackupName name, CancellationToken cancellationToken)
    {
        var pinned = await IsPinnedAsync(store, name, cancellationToken);
        await store.DeleteAsync([BackupLayout.Pin(name)], cancellationToken);
        return pinned;
    }

    /// <summary>True for a pinned backup.</summary>
    public static async Task<bool> IsPinnedAsync(IObjectStore store, BackupName name, CancellationToken cancellationToken) =>
        await store.StatAsync(BackupLayout.Pin(name), cancellationToken) is not null;

    static async Task RefuseMissingAsync(IObjectStore store, BackupName name, CancellationToken cancellationToken)
    {
        if (await store.StatAsync(BackupLayout.Manifest(name), cancellationToken) is not null) return;
        await store.DeleteAsync([BackupLayout.Pin(name)], cancellationToken);
        throw new PinRefusedException($"{store.Location} holds no complete backup {name} that this program made; only those are pruned and can be pinned. 'br show' lists what there is.");
    }
}

/// <summary>There is nothing to pin.</summary>
public sealed class PinRefusedException(string message) : NebulaKeepException(message);
