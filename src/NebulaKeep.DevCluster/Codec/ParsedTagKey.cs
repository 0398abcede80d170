namespace NebulaKeep.DevCluster.Codec;

/// <summary>The parts of a tag key.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="PaddedVid">The vid as it stands in the key, padded with zero bytes.</param>
/// <param name="TagId">The tag.</param>
public readonly record struct ParsedTagKey(int Partition, byte[] PaddedVid, int TagId);
