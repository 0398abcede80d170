using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Restores;

/// <summary>What a restore checks before it changes anything.</summary>
sealed record CheckedRestore(RestorePlan Plan, ClusterTopology Target, BackupContents Backup);

/// <summary>Everything that can be seen to be wrong before the first daemon is stopped.</summary>
sealed class RestoreChecks(IClusterConnector cluster, IObjectStore store, IBackupObserver observer)
{
    const double SpaceMargin = 1.05;

    /// <summary>Reads backup and cluster, makes the plan, and sees that every host can carry it out.</summary>
    /// <exception cref="NebulaKeepException">It cannot be done; nothing was changed.</exception>
    public async Task<CheckedRestore> RunAsync(BackupName name, CancellationToken cancellationToken)
    {
        var backup = await new BackupContentsReader(store).ReadCheckedAsync(name, cancellationToken);
        if (!backup.HasManifest) observer.Notice($"{name} has no manifest (nebula-br made it): only sizes can be checked, not contents.");
        var target = await TopologyReader.ReadAsync(cluster.Meta, cancellationToken);
        var plan = RestorePlanner.Plan(backup, target);
        await Together.RunAsync(target.AllAgents, (agent, token) => CheckAgentAsync(agent, target, plan, token), cancellationToken);
        return new CheckedRestore(plan, target, backup);
    }

    async Task CheckAgentAsync(HostAddress address, ClusterTopology target, RestorePlan plan, CancellationToken cancellationToken)
    {
        var agent = cluster.Agent(address);
        var about = await agent.DescribeAsync(cancellationToken);
        foreach (var notice in about.Notices) observer.Notice($"agent {address}: {notice}");
        AgentRights.Require(about, address, target.DaemonsOf(address).SelectMany(d => d.DataPaths));
        var journals = await agent.ListJournalsAsync([], cancellationToken);
        if (journals.Journals.Count > 0)
            throw new RestoreRefusedException($"An earlier restore was not finished on {address} (journal {journals.Journals[0].JournalId}). Run 'br restore rollback --agents {string.Join(',', target.AllAgents)}' first.");
        await CheckSpaceAsync(address, plan, cancellationToken);
    }

    // The old data stays on the same disks until the restore has succeeded.
    async Task CheckSpaceAsync(HostAddress address, RestorePlan plan, CancellationToken cancellationToken)
    {
        var needed = plan.Downloads.Where(d => d.Agent == address).SelectMany(d => d.Items).GroupBy(i => i.Volume).ToDictionary(g => g.Key, g => g.Sum(i => i.Size), StringComparer.Ordinal);
        if (needed.Count == 0) return;
        var volumes = await cluster.Agent(address).FreeSpaceAsync(needed.Keys, cancellationToken);
        foreach (var device in volumes.Volumes.GroupBy(v => v.Device))
        {
            var bytes = device.Select(v => v.Path).Distinct().Sum(p => needed.GetValueOrDefault(p));
            var free = device.Min(v => v.FreeBytes);
            if (bytes * SpaceMargin > free)
                throw new RestoreRefusedException($"Not enough room on {address} for {string.Join(", ", device.Select(v => v.Path).Distinct())}: the backup needs {ByteSize.Format(bytes)}, {ByteSize.Format(free)} are free. The old data is kept until the restore has succeeded.");
        }
    }
}
