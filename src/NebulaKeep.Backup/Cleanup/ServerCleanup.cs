using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Cleanup;

/// <summary>Removes what a killed backup leaves on the servers: its checkpoint, and perhaps blocked writes.</summary>
public sealed class ServerCleanup(IClusterConnector cluster, IObjectStore store, LeaseTimes leaseTimes, TimeProvider clock, Random random, IBackupObserver observer)
{
    /// <summary>Opens writes, drops the checkpoint and has agents remove its directories, if metad still knows it.</summary>
    /// <returns>True where there was one. Failures are told to the observer: a cluster that is gone must not keep its backups from being removed.</returns>
    public async Task<bool> TryAsync(BackupName name, string program, CancellationToken cancellationToken)
    {
        try
        {
            var snapshots = await cluster.Meta.ListSnapshotsAsync(cancellationToken);
            if (!snapshots.Any(s => s.Name == name.Value)) return false;
            await OpenAndDropAsync(name, program, cancellationToken);
            return true;
        }
        catch (NebulaKeepException e)
        {
            observer.Notice($"The cluster could not be cleaned: {e.Message}");
            return false;
        }
    }

    // Under the lease: the checkpoint might be that of a backup that runs.
    async Task OpenAndDropAsync(BackupName name, string program, CancellationToken cancellationToken)
    {
        var topology = await TopologyReader.ReadAsync(cluster.Meta, cancellationToken);
        var self = new LeaseHolder(program, Environment.MachineName, Environment.ProcessId, clock.GetUtcNow(), topology.Key);
        await using var lease = await ClusterLease.AcquireAsync(store, topology.Key, self, leaseTimes, clock, random, cancellationToken);
        var spaces = (await cluster.Meta.ListSpacesAsync(cancellationToken)).Select(s => s.Id.SpaceId).OfType<int>().ToList();
        await Together.RunAsync(topology.Storageds, (s, t) => cluster.StorageAdmin(s.Address).SetWritesBlockedAsync(spaces, blocked: false, t), cancellationToken);
        await cluster.DropCheckpointAsync(name, cancellationToken);
        await cluster.RemoveCheckpointsAsync(topology, name, cancellationToken);
    }
}
