using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Storage.Catalog;

/// <summary>What metad says of a space.</summary>
/// <param name="Id">Id of the space.</param>
/// <param name="VidLength">Bytes of a vid in keys.</param>
/// <param name="HasIntegerVids">Whether vids are INT64.</param>
/// <param name="Parts">Hosts of each partition, the leader first.</param>
/// <param name="Tags">By id.</param>
/// <param name="Edges">By positive type.</param>
sealed record SpaceInfo(
    int Id, int VidLength, bool HasIntegerVids, IReadOnlyDictionary<int, IReadOnlyList<HostAddress>> Parts,
    IReadOnlyDictionary<int, SchemaHistory> Tags, IReadOnlyDictionary<int, SchemaHistory> Edges);
