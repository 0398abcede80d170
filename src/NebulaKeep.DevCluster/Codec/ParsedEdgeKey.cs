namespace NebulaKeep.DevCluster.Codec;

/// <summary>The parts of an edge key.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="PaddedSource">The vid that the edge is stored with, padded with zero bytes.</param>
/// <param name="EdgeType">The edge type; negative for an in-edge.</param>
/// <param name="Rank">The rank.</param>
/// <param name="PaddedDestination">The vid at the other end, padded with zero bytes.</param>
public readonly record struct ParsedEdgeKey(int Partition, byte[] PaddedSource, int EdgeType, long Rank, byte[] PaddedDestination);
