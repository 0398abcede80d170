using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Meta.Replication;

/// <summary>Calls other metads. A metad that cannot be reached is a <see cref="NebulaKeepException"/>.</summary>
interface IMetaPeers
{
    Task<PositionResp> ReplicateAsync(HostAddress peer, ReplicateReq request, CancellationToken cancellationToken);

    Task<ReadStoreResp> ReadStoreAsync(HostAddress peer, ReadStoreReq request, CancellationToken cancellationToken);
}
