using NebulaKeep.DevCluster.Storage.Catalog;
using NebulaKeep.DevCluster.Storage.Replication;

namespace NebulaKeep.DevCluster.Storage.Engine;

/// <summary>A space on this server: never changed, replaced as a whole when metad says something new.</summary>
/// <param name="Info">What metad says.</param>
/// <param name="Engines">One for each data path, in the order of the flag.</param>
/// <param name="Partitions">The replicas on this server.</param>
sealed record SpaceStore(SpaceInfo Info, IReadOnlyList<SpaceEngine> Engines, IReadOnlyDictionary<int, Partition> Partitions);
