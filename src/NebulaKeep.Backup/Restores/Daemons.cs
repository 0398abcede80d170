using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Backup.Restores;

/// <summary>Stops and starts daemons through their agents; each call waits until the process is gone, or runs.</summary>
sealed class Daemons(IClusterConnector cluster, RestoreTimes times)
{
    /// <summary>Stops all at once; stopping one that is stopped is a success.</summary>
    public Task StopAsync(IEnumerable<PlacedDaemon> daemons, CancellationToken cancellationToken) =>
        Together.RunAsync(daemons, StopOneAsync, cancellationToken);

    /// <summary>Starts all at once; starting one that runs is a success.</summary>
    public Task StartAsync(IEnumerable<PlacedDaemon> daemons, CancellationToken cancellationToken) =>
        Together.RunAsync(daemons, StartOneAsync, cancellationToken);

    /// <summary>Stops those that can be stopped.</summary>
    public Task<IReadOnlyList<Exception>> TryStopAsync(IEnumerable<PlacedDaemon> daemons, CancellationToken cancellationToken) =>
        Together.TryAllAsync(daemons, StopOneAsync, cancellationToken);

    /// <summary>Starts those that can be started.</summary>
    public Task<IReadOnlyList<Exception>> TryStartAsync(IEnumerable<PlacedDaemon> daemons, CancellationToken cancellationToken) =>
        Together.TryAllAsync(daemons, StartOneAsync, cancellationToken);

    async Task StopOneAsync(PlacedDaemon daemon, CancellationToken cancellationToken)
    {
        var state = await cluster.Agent(daemon.Agent).StopDaemonAsync(daemon.Role, daemon.Root, times.Daemon, cancellationToken);
        if (state.State != DaemonState.Types.State.Exited) throw new NebulaKeepException($"{daemon} was told to stop and is still there (process {state.Pid}).");
    }

    async Task StartOneAsync(PlacedDaemon daemon, CancellationToken cancellationToken)
    {
        var state = await cluster.Agent(daemon.Agent).StartDaemonAsync(daemon.Role, daemon.Root, times.Daemon, cancellationToken);
        if (state.State != DaemonState.Types.State.Running) throw new NebulaKeepException($"{daemon} was started and does not run. See its log below {daemon.Root}.");
    }
}

/// <summary>A daemon as its agent knows it.</summary>
/// <param name="Agent">Who controls it.</param>
/// <param name="Role">Which daemon.</param>
/// <param name="Root">Its root.</param>
/// <param name="Address">Its service address, for messages.</param>
sealed record PlacedDaemon(HostAddress Agent, Role Role, string Root, HostAddress Address)
{
    public static PlacedDaemon Of(Daemon daemon, ClusterTopology topology) => new(topology.AgentOf(daemon), RoleOf(daemon.Role), daemon.Root, daemon.Address);

    public override string ToString() => $"{Role switch { Role.Meta => "metad", Role.Storage => "storaged", _ => "graphd" }} {Address}";

    static Role RoleOf(DaemonRole role) => role switch { DaemonRole.Meta => Role.Meta, DaemonRole.Storage => Role.Storage, _ => Role.Graph };
}
