namespace NebulaKeep.DevCluster.Tests.Histories;

/// <summary>A space and what its users wrote.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Replicas">Replicas of each partition.</param>
/// <param name="Partitions">Rows of each partition; the first is partition 1.</param>
sealed record SpaceModel(int Id, string Name, int Replicas, IReadOnlyList<Rows> Partitions)
{
    /// <summary>As it is now, for later.</summary>
    public SpaceModel Copy() => this with { Partitions = [.. Partitions.Select(p => new Rows(p))] };
}
