using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Cleanup;

/// <summary>
/// Removes backups by the one rule that keeps the others whole: the manifest goes first, so the backup stops to exist before
/// anything is missing from it, then every object of its directory that no other manifest, and no unfinished run, may use.
/// What is still used stays until its last user goes. Any number of removers may run at once, and stop anywhere: what they
/// leave is debris that the next one removes.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="self">Who removes; for the mark that others see.</param>
sealed class BackupRemover(IObjectStore store, LeaseHolder self)
{
    const int DeleteBatch = 1000;

    /// <summary>Removes the manifests of some backups, then sweeps their directories.</summary>
    /// <exception cref="CleanupRefusedException">What others use cannot be told, or an unfinished run may use one of them; nothing was removed.</exception>
    public async Task<IReadOnlyList<RemovedBackup>> RemoveAsync(IReadOnlyCollection<BackupName> backups, CancellationToken cancellationToken)
    {
        var names = backups.Select(b => b.Value).ToHashSet(StringComparer.Ordinal);
        var references = new References(store, names, names);
        await references.LookAsync(cancellationToken);
        RefuseUsed(names, await ClaimedChains.ReadAsync(store, cancellationToken));
        foreach (var backup in backups) await EndAsync(backup, cancellationToken);
        return await SweepAsync(backups, references, cancellationToken);
    }

    /// <summary>Sweeps directories whose backups exist no longer.</summary>
    /// <exception cref="CleanupRefusedException">What others use cannot be told; nothing was removed.</exception>
    public async Task<IReadOnlyList<RemovedBackup>> SweepAsync(IReadOnlyCollection<BackupName> directories, CancellationToken cancellationToken)
    {
        var references = new References(store, directories.Select(d => d.Value).ToHashSet(StringComparer.Ordinal), new HashSet<string>());
        await references.LookAsync(cancellationToken);
        return await SweepAsync(directories, references, cancellationToken);
    }

    // The backup ends here. Its .meta goes next, before any object of it: without it nothing looks like a backup of nebula-br.
    async Task EndAsync(BackupName backup, CancellationToken cancellationToken)
    {
        await RemovalMark.SetAsync(store, backup, self, cancellationToken);
        await store.DeleteAsync([BackupLayout.Manifest(backup)], cancellationToken);
        await store.DeleteAsync([BackupLayout.MetaFile(backup), BackupLayout.Pin(backup)], cancellationToken);
    }

    // Manifests were read before; now claims, then the manifests that have come since: a run that began in between is in one of
    // them, whether it has ended or not.
    async Task<IReadOnlyList<RemovedBackup>> SweepAsync(IReadOnlyCollection<BackupName> directories, References references, CancellationToken cancellationToken)
    {
        var claims = await ClaimedChains.ReadAsync(store, cancellationToken);
        await references.LookAsync(cancellationToken);
        var swept = new List<RemovedBackup>();
        foreach (var directory in directories)
        {
            if (references.IsComplete(directory.Value)) continue;
            swept.Add(await SweepAsync(directory, references, claims, cancellationToken));
        }

        await RemovalMark.ClearAsync(store, swept.Where(s => s.Kept == 0).Select(s => s.Name), cancellationToken);
        return swept;
    }

    async Task<RemovedBackup> SweepAsync(BackupName directory, References references, ClaimedChains claims, CancellationToken cancellationToken)
    {
        var claimed = claims.UserOf(directory.Value) is not null;
        var result = new RemovedBackup(directory, 0, 0, 0);
        var batch = new List<string>(DeleteBatch);
        await foreach (var found in store.ListStoredAsync(BackupLayout.Prefix(directory), cancellationToken))
        {
            if (claimed || references.Contains(found.Key))
            {
                result = result with { Kept = result.Kept + 1 };
                continue;
            }

            batch.Add(found.Key);
            result = result with { Objects = result.Objects + 1, Bytes = result.Bytes + found.Size };
            if (batch.Count == DeleteBatch) await FlushAsync(batch, cancellationToken);
        }

        await FlushAsync(batch, cancellationToken);
        return result;
    }

    async Task FlushAsync(List<string> batch, CancellationToken cancellationToken)
    {
        if (batch.Count > 0) await store.DeleteAsync([.. batch], cancellationToken);
        batch.Clear();
    }

    static void RefuseUsed(HashSet<string> names, ClaimedChains claims)
    {
        foreach (var name in names.Order(StringComparer.Ordinal))
            if (claims.UserOf(name) is { } user)
                throw new CleanupRefusedException($"{name} may be used by {user}, which is being made or was interrupted. Try again when it is complete, or remove {user} first.");
    }
}

/// <summary>What became of one directory.</summary>
/// <param name="Name">The backup.</param>
/// <param name="Objects">Objects deleted, besides manifest and .meta.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Kept">Objects that other backups still use, or may.</param>
public sealed record RemovedBackup(BackupName Name, long Objects, long Bytes, long Kept)
{
    /// <summary>What became of it after a second sweep.</summary>
    public static RemovedBackup operator +(RemovedBackup first, RemovedBackup second) =>
        second with { Objects = first.Objects + second.Objects, Bytes = first.Bytes + second.Bytes };
}
