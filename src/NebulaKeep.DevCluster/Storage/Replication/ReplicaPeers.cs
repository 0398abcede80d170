using NebulaKeep.Core;
using NebulaKeep.DevCluster.Clients;

namespace NebulaKeep.DevCluster.Storage.Replication;

/// <inheritdoc/>
sealed class ReplicaPeers(ThriftPool pool) : IReplicaPeers
{
    /// <summary>A peer that hangs costs a write so much once; then it is left alone for a while.</summary>
    static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    public Task<AppendReply> AppendAsync(HostAddress peer, AppendRequest request, CancellationToken cancellationToken) =>
        pool.CallAsync(RaftOf(peer), ReplicationService.Append, request, CallTimeout, cancellationToken);

    public Task<AppendReply> CopyAsync(HostAddress peer, CopyRequest request, CancellationToken cancellationToken) =>
        pool.CallAsync(RaftOf(peer), ReplicationService.Copy, request, CallTimeout, cancellationToken);

    static HostAddress RaftOf(HostAddress peer) => peer.WithPort(peer.Port + StoragePorts.RaftOffset);
}
