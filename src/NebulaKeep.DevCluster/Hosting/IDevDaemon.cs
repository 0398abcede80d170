using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Hosting;

/// <summary>A running daemon. Disposing it stops it cleanly; what it keeps on disk can be opened again afterwards.</summary>
public interface IDevDaemon : IAsyncDisposable
{
    /// <summary>Where it listens for Thrift, and what metad knows it by.</summary>
    HostAddress Address { get; }

    /// <summary>Faults when the daemon must not go on, for example because a log does not reach back to its data; the process should end then.</summary>
    Task Failure { get; }

    /// <summary>
    /// Drops everything at once, as SIGKILL would: no reply is finished, nothing is undone, nothing is told to other daemons.
    /// </summary>
    ValueTask KillAsync();
}
