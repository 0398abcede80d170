using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Clients;

/// <summary>Who leads the partitions of a space, as metad knows it.</summary>
interface IPartLeaders
{
    /// <summary>Every partition with its leader, or its first peer while no leader is known.</summary>
    Task<IReadOnlyDictionary<int, HostAddress>> LeadersAsync(int space, CancellationToken cancellationToken);
}
