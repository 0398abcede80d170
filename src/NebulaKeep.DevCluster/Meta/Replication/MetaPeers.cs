using NebulaKeep.Core;
using NebulaKeep.DevCluster.Clients;

namespace NebulaKeep.DevCluster.Meta.Replication;

/// <inheritdoc/>
sealed class MetaPeers(ThriftPool pool) : IMetaPeers
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Task<PositionResp> ReplicateAsync(HostAddress peer, ReplicateReq request, CancellationToken cancellationToken) =>
        pool.CallAsync(peer, ReplicationService.Replicate, request, Patience, cancellationToken);

    public Task<ReadStoreResp> ReadStoreAsync(HostAddress peer, ReadStoreReq request, CancellationToken cancellationToken) =>
        pool.CallAsync(peer, ReplicationService.ReadStore, request, Patience, cancellationToken);
}
