using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.Backup.Topology;

/// <summary>Removing what createBackup left on the servers.</summary>
public static class CheckpointRemoval
{
    /// <summary>dropSnapshot; a checkpoint that metad does not know is dropped already.</summary>
    public static async Task DropCheckpointAsync(this IClusterConnector cluster, BackupName name, CancellationToken cancellationToken)
    {
        try
        {
            await cluster.Meta.DropSnapshotAsync(name.Value, cancellationToken);
        }
        catch (NebulaErrorException e) when (e.Code == ErrorCode.E_SNAPSHOT_NOT_FOUND)
        {
        }
    }

    /// <summary>Has every agent remove directories that dropSnapshot left: its success does not prove that they are gone (observed).</summary>
    /// <exception cref="NebulaKeepException">Some agents failed; all others have done it.</exception>
    public static async Task RemoveCheckpointsAsync(this IClusterConnector cluster, ClusterTopology topology, BackupName name, CancellationToken cancellationToken)
    {
        var failures = await Together.TryAllAsync(topology.AllAgents, (agent, token) => cluster.Agent(agent).RemoveCheckpointsAsync(name, token), cancellationToken);
        if (failures.Count == 1) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures[0]);
        if (failures.Count > 1) throw new NebulaKeepException(string.Join(" ", failures.Select(f => f.Message)), failures[0]);
    }
}
