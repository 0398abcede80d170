using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Storage.Replication;

/// <summary>How a leader reaches the other replicas.</summary>
interface IReplicaPeers
{
    /// <summary>Sends entries.</summary>
    /// <exception cref="NebulaKeepException">The peer cannot be reached.</exception>
    Task<AppendReply> AppendAsync(HostAddress peer, AppendRequest request, CancellationToken cancellationToken);

    /// <summary>Sends a part of a copy.</summary>
    /// <exception cref="NebulaKeepException">The peer cannot be reached.</exception>
    Task<AppendReply> CopyAsync(HostAddress peer, CopyRequest request, CancellationToken cancellationToken);
}
