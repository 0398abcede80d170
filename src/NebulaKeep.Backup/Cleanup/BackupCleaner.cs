using NebulaKeep.Backup.Catalog;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Retention;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Cleanup;

/// <summary>Removes one backup, or what an interrupted run left of one, by the rule of <see cref="BackupRemover"/>.</summary>
public sealed class BackupCleaner(IObjectStore store, LeaseTimes leaseTimes, TimeProvider clock, Random random)
{
    readonly ManifestReader manifests = new(store);

    /// <summary>Removes one backup from the store, and what remains of removed backups only for its sake.</summary>
    /// <param name="name">The backup.</param>
    /// <param name="force">Also the newest complete backup of its cluster, and also a pinned one.</param>
    /// <param name="self">Who removes it.</param>
    /// <param name="cancellationToken">Stops between two calls on the store; what is left is removed by the same call later.</param>
    /// <exception cref="CleanupRefusedException">It is being written, is the newest, is pinned, or what others use cannot be told.</exception>
    /// <exception cref="NothingToCleanException">The store holds nothing of that name.</exception>
    public async Task<CleanupResult> RemoveAsync(BackupName name, bool force, LeaseHolder self, CancellationToken cancellationToken)
    {
        await using var lease = await RefuseRunningAsync(name, self, cancellationToken);
        if (!force) await RefuseProtectedAsync(name, cancellationToken);
        var chain = await ChainAsync(name, cancellationToken);
        var remover = new BackupRemover(store, self);
        var removed = (await remover.RemoveAsync([name], cancellationToken)).Single();
        await NameClaim.ReleaseAsync(store, name, cancellationToken);
        // Of two that are removed at once, base and user, the later to lose its manifest sees that of the other gone: it sweeps for both.
        if (removed.Kept > 0) removed += (await remover.SweepAsync([name], cancellationToken)).FirstOrDefault(removed with { Objects = 0, Bytes = 0 });
        var remains = await RemainsAsync(chain, cancellationToken);
        if (remains.Count > 0) await remover.SweepAsync(remains, cancellationToken);
        return new CleanupResult(name, removed.Objects, removed.Bytes, removed.Kept);
    }

    async Task<ClusterLease?> RefuseRunningAsync(BackupName name, LeaseHolder self, CancellationToken cancellationToken)
    {
        var claim = await NameClaim.ReadAsync(store, name, cancellationToken);
        if (claim is null)
        {
            await RefuseMissingAsync(name, cancellationToken);
            return null;
        }

        try
        {
            return await ClusterLease.AcquireAsync(store, claim.ClusterKey, self, leaseTimes, clock, random, cancellationToken);
        }
        catch (LeaseTakenException e)
        {
            throw new CleanupRefusedException($"{name} is being written: {e.Message}", e);
        }
    }

    // An interrupted removal can have left nothing but its mark.
    async Task RefuseMissingAsync(BackupName name, CancellationToken cancellationToken)
    {
        if (await RemovalMark.ExistsAsync(store, name, cancellationToken)) return;
        await foreach (var _ in store.ListStoredAsync(BackupLayout.Prefix(name), cancellationToken)) return;
        throw new NothingToCleanException($"{store.Location} holds no {name}. 'br show --storage {store.Location}' lists what there is.");
    }

    async Task RefuseProtectedAsync(BackupName name, CancellationToken cancellationToken)
    {
        if (await store.StatAsync(BackupLayout.Manifest(name), cancellationToken) is null) return;
        if (await Pins.IsPinnedAsync(store, name, cancellationToken)) throw new CleanupRefusedException($"{name} is pinned. 'br unpin --name {name}' takes the pin off; --force removes it in spite of it.");
        var entries = await new BackupCatalog(store).ListAsync(cancellationToken);
        if (ClusterGroups.NewestOfEach(entries).Contains(name.Value))
            throw new CleanupRefusedException($"{name} is the newest complete backup of its cluster. Make another first, or remove it with --force.");
    }

    /// <summary>Directories of a chain whose backups exist no longer.</summary>
    async Task<IReadOnlyList<BackupName>> RemainsAsync(IReadOnlyList<string> chain, CancellationToken cancellationToken)
    {
        var remains = new List<BackupName>();
        foreach (var used in chain)
            if ((await new BackupCatalog(store).LookAsync(used, cancellationToken)).State == BackupState.Partial)
                remains.Add(BackupName.Parse(used));
        return remains;
    }

    async Task<IReadOnlyList<string>> ChainAsync(BackupName name, CancellationToken cancellationToken)
    {
        try
        {
            return (await manifests.ReadHeadAsync(name, cancellationToken))?.Chain ?? [];
        }
        catch (ManifestException)
        {
            return []; // a manifest that cannot be used is itself what shall go
        }
    }
}

/// <summary>What a cleanup removed.</summary>
/// <param name="Name">The backup.</param>
/// <param name="Objects">Objects deleted, besides manifest and .meta.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Kept">Objects that other backups still need.</param>
public sealed record CleanupResult(BackupName Name, long Objects, long Bytes, long Kept);

/// <summary>A cleanup was refused; nothing was removed.</summary>
public sealed class CleanupRefusedException(string message, Exception? inner = null) : NebulaKeepException(message, inner);

/// <summary>There is nothing of that name in the store.</summary>
public sealed class NothingToCleanException(string message) : NebulaKeepException(message);
