using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Rpc.Agent;

namespace NebulaKeep.Backup.Backups;

/// <summary>
/// Finds the metad that exported the tables: the leader at that moment, which metad's answer does not name and which may
/// have changed since. Where the paths do not tell, the agents see whose disk holds the files.
/// </summary>
sealed class ExportFinder(IClusterConnector cluster)
{
    /// <exception cref="NebulaKeepException">No metad's host holds all tables.</exception>
    public async Task<Daemon> FindAsync(ServerBackup backup, ClusterTopology topology, CancellationToken cancellationToken)
    {
        if (backup.MetaFiles.Count == 0) throw new NebulaKeepException($"metad made {backup.Name} without any of its tables: it cannot be restored. See metad's log.");
        var byPath = topology.Metads.Where(m => m.DataPaths.Any(p => backup.MetaFiles[0].StartsWith(p + "/", StringComparison.Ordinal))).ToList();
        if (byPath.Count == 1) return byPath[0];
        foreach (var metad in byPath.Count > 0 ? byPath : topology.Metads)
            if (await HoldsAsync(topology.AgentOf(metad), backup.MetaFiles, cancellationToken))
                return metad;
        throw new NebulaKeepException($"No metad's host holds the tables that metad exported ({backup.MetaFiles[0]} …): did its leader's machine change or lose its disk? Run the backup again.");
    }

    async Task<bool> HoldsAsync(HostAddress agent, IReadOnlyCollection<string> files, CancellationToken cancellationToken)
    {
        try
        {
            var missing = files.ToHashSet(StringComparer.Ordinal);
            var directories = files.Select(f => f[..f.LastIndexOf('/')]).Distinct().ToList();
            await foreach (var file in cluster.Agent(agent).InventoryAsync(directories, cancellationToken)) missing.Remove($"{file.Directory}/{file.Path}");
            return missing.Count == 0;
        }
        catch (AgentException e) when (e.Failure is AgentFailure.NotFound or AgentFailure.Refused)
        {
            return false;
        }
    }
}
