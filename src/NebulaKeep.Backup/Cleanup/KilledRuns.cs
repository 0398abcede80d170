using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Cleanup;

/// <summary>
/// Removes what killed backups of a cluster left in a store and on the servers, as far as that is certain: the store holds their claim, and
/// nobody renews the lease. Left alone are runs that were to be resumable, and those that went to another store.
/// </summary>
public sealed class KilledRuns(IClusterConnector cluster, IObjectStore store, LeaseTimes leaseTimes, TimeProvider clock, Random random, IBackupObserver observer)
{
    /// <summary>Removes them, and waits to be sure: up to <see cref="LeaseTimes.Expiry"/>.</summary>
    /// <param name="self">Who removes.</param>
    /// <exception cref="LeaseTakenException">A run of this cluster is alive; nothing was changed.</exception>
    public async Task RemoveAsync(LeaseHolder self, CancellationToken cancellationToken)
    {
        foreach (var name in await NameClaim.ListAsync(store, cancellationToken).ToListAsync(cancellationToken))
            if (await ReadAsync(name, cancellationToken) is { Resumable: false } claim && claim.ClusterKey == self.ClusterKey)
                await RemoveAsync(name, claim, self, cancellationToken);
    }

    async Task<RunClaim?> ReadAsync(BackupName name, CancellationToken cancellationToken)
    {
        try
        {
            return await NameClaim.ReadWholeAsync(store, name, cancellationToken);
        }
        catch (ManifestException damaged)
        {
            observer.Notice(damaged.Message);
            return null;
        }
    }

    // The servers first: as long as the claim stands, what is left can be told to be this store's.
    async Task RemoveAsync(BackupName name, RunClaim claim, LeaseHolder self, CancellationToken cancellationToken)
    {
        await (await ClusterLease.AcquireAfterSilenceAsync(store, self, leaseTimes, clock, random, observer.Notice, cancellationToken)).DisposeAsync();
        var servers = new ServerCleanup(cluster, store, leaseTimes, clock, random, observer);
        if (await HasCheckpointAsync(name, cancellationToken) && !await servers.TryAsync(name, self.Program, cancellationToken)) return;
        await RemoveStoredAsync(name, self, cancellationToken);
        observer.Notice($"Removed what the killed backup {name} (on {claim.Machine}, since {claim.Since:u}) had left.");
    }

    async Task<bool> HasCheckpointAsync(BackupName name, CancellationToken cancellationToken) =>
        (await cluster.Meta.ListSnapshotsAsync(cancellationToken)).Any(snapshot => snapshot.Name == name.Value);

    /// <summary>A run that had come as far as its manifest has made its backup: only the claim goes.</summary>
    async Task RemoveStoredAsync(BackupName name, LeaseHolder self, CancellationToken cancellationToken)
    {
        if (await store.StatAsync(BackupLayout.Manifest(name), cancellationToken) is not null) await NameClaim.ReleaseAsync(store, name, cancellationToken);
        else await new BackupCleaner(store, leaseTimes, clock, random).RemoveAsync(name, force: false, self, cancellationToken);
    }
}
