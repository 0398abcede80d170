using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Storage.Catalog;

/// <summary>What storaged asks of metad.</summary>
interface IMetaSource
{
    /// <summary>Reports; the answer's code may be an error.</summary>
    /// <exception cref="NebulaKeepException">No metad answers.</exception>
    Task<HBResp> HeartbeatAsync(HBReq request, CancellationToken cancellationToken);

    /// <summary>All spaces with partitions and schemas.</summary>
    /// <exception cref="NebulaKeepException">No metad answers.</exception>
    Task<IReadOnlyDictionary<int, SpaceInfo>> ReadSpacesAsync(CancellationToken cancellationToken);
}
