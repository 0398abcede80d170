namespace NebulaKeep.DevCluster.Workload;

/// <summary>All rows of a space in three values. Equal digests mean equal data: names, ids, properties, counts.</summary>
/// <param name="Space">Name.</param>
/// <param name="Vertices">Rows of all tags.</param>
/// <param name="Edges">Out-edges of all types.</param>
/// <param name="Checksum">Of every row with every property, whatever their order and placement.</param>
public sealed record SpaceDigest(string Space, long Vertices, long Edges, string Checksum);
