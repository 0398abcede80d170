using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Backup.Backups;

/// <summary>What preflight learned.</summary>
/// <param name="Topology">The cluster; kept for the whole run.</param>
/// <param name="SpaceIds">All spaces, for opening writes without metad.</param>
/// <param name="NebulaVersion">The servers' version; null where they tell none.</param>
sealed record ReadyCluster(ClusterTopology Topology, IReadOnlyList<int> SpaceIds, string? NebulaVersion);

/// <summary>Everything that can be seen to be wrong before writes are blocked.</summary>
sealed class Preflight(IClusterConnector cluster, BackupTimes times, TimeProvider clock, IBackupObserver observer)
{
    /// <summary>Looks at metad, storageds and agents; changes nothing.</summary>
    /// <param name="wantedSpaces">Spaces that must exist.</param>
    /// <param name="resumed">The backup that is resumed: its checkpoint, and no other, must be there. Null: there must be none.</param>
    /// <exception cref="NebulaKeepException">The backup would fail; the message says why.</exception>
    public async Task<ReadyCluster> RunAsync(IReadOnlyList<string> wantedSpaces, BackupName? resumed, CancellationToken cancellationToken)
    {
        var topology = await ReadTopologyAsync(cancellationToken);
        if (topology.Storageds.Count == 0) throw new NebulaKeepException("metad lists no storaged that is alive: there is nothing to back up.");
        var version = await CheckHostsAsync(cancellationToken);
        await CheckSnapshotsAsync(resumed, cancellationToken);
        var spaces = await CheckSpacesAsync(wantedSpaces, cancellationToken);
        await Together.RunAsync(topology.AllAgents, (agent, token) => CheckAgentAsync(agent, topology, token), cancellationToken);
        return new ReadyCluster(topology, spaces, version);
    }

    /// <summary>metad's list of the cluster; waits for agents that have not registered yet.</summary>
    public async Task<ClusterTopology> ReadTopologyAsync(CancellationToken cancellationToken)
    {
        var (until, told) = (clock.GetUtcNow() + times.AgentsRegister, false);
        while (true)
        {
            try
            {
                return await TopologyReader.ReadAsync(cluster.Meta, cancellationToken);
            }
            catch (NebulaErrorException missing) when (missing.Code == ErrorCode.E_LIST_CLUSTER_NO_AGENT_FAILURE && clock.GetUtcNow() < until)
            {
                if (!told) observer.Notice($"Waiting up to {times.AgentsRegister.TotalSeconds:0} s for every agent to register with metad.");
                told = true;
            }

            await Task.Delay(times.AgentsPoll, clock, cancellationToken);
        }
    }

    async Task<string?> CheckHostsAsync(CancellationToken cancellationToken)
    {
        var hosts = await cluster.Meta.ListHostsAsync(ListHostType.STORAGE, cancellationToken);
        var offline = hosts.Where(h => h.Status != HostStatus.ONLINE).Select(h => $"{h.HostAddr.Host}:{h.HostAddr.Port}").ToList();
        if (offline.Count > 0) throw new NebulaKeepException($"storaged {string.Join(", ", offline)} is not online, and metad cannot block writes on it (it would fail with E_BLOCK_WRITE_FAILURE). Start it, or remove it from the cluster.");
        return hosts.Select(h => h.Version ?? h.GitInfoSha).FirstOrDefault(v => v.Length > 0);
    }

    // A leftover checkpoint means a killed run or another tool at work; and dropping it later would not remove all of it,
    // because metad remembers only the newest backup's spaces (spec/backup-flow.md §2.4).
    async Task CheckSnapshotsAsync(BackupName? resumed, CancellationToken cancellationToken)
    {
        var snapshots = await cluster.Meta.ListSnapshotsAsync(cancellationToken);
        if (resumed is { } name && !snapshots.Any(s => s.Name == name.Value && s.Status == SnapshotStatus.VALID))
            throw new NebulaKeepException($"metad has no valid checkpoint of {name} any more, so it cannot be resumed. 'br cleanup --name {name}' removes what is left of it; then make a new backup.");
        var left = snapshots.Where(s => s.Name != resumed?.Value).Select(s => s.Name).Where(n => BackupName.TryParse(n, out _)).ToList();
        if (left.Count > 0) throw new NebulaKeepException($"metad still holds the checkpoint of {string.Join(", ", left)}: another backup is running, or one was killed. If none runs, 'br cleanup --name {left[0]}' drops it.");
    }

    async Task<IReadOnlyList<int>> CheckSpacesAsync(IReadOnlyList<string> wanted, CancellationToken cancellationToken)
    {
        var spaces = await cluster.Meta.ListSpacesAsync(cancellationToken);
        if (spaces.Count == 0) throw new NebulaKeepException("The cluster has no spaces: there is nothing to back up.");
        var unknown = wanted.Except(spaces.Select(s => s.Name), StringComparer.Ordinal).ToList();
        if (unknown.Count > 0) throw new NebulaKeepException($"The cluster has no space {string.Join(", ", unknown)}. It has: {string.Join(", ", spaces.Select(s => s.Name))}.");
        return [.. spaces.Select(SpaceId)];
    }

    async Task CheckAgentAsync(HostAddress address, ClusterTopology topology, CancellationToken cancellationToken)
    {
        var about = await cluster.Agent(address).DescribeAsync(cancellationToken);
        foreach (var notice in about.Notices) observer.Notice($"agent {address}: {notice}");
        var apart = (clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(about.UnixMillis)).Duration();
        if (apart > times.ClockDifference) throw new NebulaKeepException($"The clock of agent {address} differs by {apart.TotalSeconds:0} s from this machine's; at most {times.ClockDifference.TotalSeconds:0} s are allowed. Set the clocks.");
        AgentRights.Require(about, address, topology.DaemonsOf(address).SelectMany(d => d.DataPaths));
    }

    static int SpaceId(IdName space) => space.Id.SpaceId ?? throw new NebulaKeepException($"metad lists the space {space.Name} without an id.");
}

/// <summary>What an agent may touch.</summary>
static class AgentRights
{
    /// <exception cref="NebulaKeepException">A directory is outside of what the agent allows.</exception>
    public static void Require(DescribeResponse about, HostAddress agent, IEnumerable<string> directories)
    {
        foreach (var directory in directories)
            if (!about.AllowedDirectories.Any(allowed => IsWithin(directory, allowed)))
                throw new NebulaKeepException($"Agent {agent} may not touch {directory}: it allows {string.Join(", ", about.AllowedDirectories)}. It learns its directories from metad; see its log, and start it with the host name that metad knows.");
    }

    static bool IsWithin(string path, string root) =>
        path == root.TrimEnd('/') || path.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal);
}
