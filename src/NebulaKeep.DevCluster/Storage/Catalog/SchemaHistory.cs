using NebulaKeep.DevCluster.Codec;

namespace NebulaKeep.DevCluster.Storage.Catalog;

/// <summary>A tag or edge with all its versions; rows name the one that they were written with.</summary>
sealed class SchemaHistory(string name, IEnumerable<RowSchema> versions)
{
    readonly Dictionary<long, RowSchema> versions = versions.ToDictionary(schema => schema.Version);

    public string Name => name;

    /// <summary>The version that rows are written with.</summary>
    public RowSchema Latest { get; } = versions.MaxBy(schema => schema.Version)!;

    /// <summary>The version, or null: the row counts as absent then.</summary>
    public RowSchema? Find(long version) => versions.GetValueOrDefault(version);
}
