using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Records;

/// <summary>One version of a tag or edge.</summary>
sealed record SchemaVersion(int Id, string Name, long Version, Schema Schema);

/// <summary>Reads tags (or edges) out of the store: both tables have the same form.</summary>
sealed class SchemaRecords(MetaStore store, NameKind kind)
{
    public static SchemaRecords Tags(MetaStore store) => new(store, NameKind.Tag);

    public static SchemaRecords Edges(MetaStore store) => new(store, NameKind.Edge);

    public string Table { get; } = kind == NameKind.Tag ? MetaTables.Tags : MetaTables.Edges;

    public NameKind Kind { get; } = kind;

    /// <summary>Every version of every schema of the space, by id and version.</summary>
    public IReadOnlyList<SchemaVersion> All(int space) => Read(MetaKeys.OfSpace(Table, space));

    /// <summary>Every version of one schema, oldest first.</summary>
    public IReadOnlyList<SchemaVersion> Versions(int space, int id) => Read(MetaKeys.Schemas(Table, space, id));

    public int? Find(int space, string name) => store.Get(MetaKeys.Name(Kind, space, name)) is { } value ? MetaValues.Int32(value) : null;

    // The version is little-endian in the key, so that rows do not come in its order (spec/row-format.md §7.3).
    IReadOnlyList<SchemaVersion> Read(byte[] prefix) => [.. store.Scan(prefix).Select(Parse).OrderBy(v => v.Id).ThenBy(v => v.Version)];

    SchemaVersion Parse(MetaRow row)
    {
        var key = MetaKeys.After(Table, row.Key);
        key.Int32();
        var (id, version) = (key.Int32(), long.MaxValue - key.Int64());
        var (name, schema) = MetaValues.Schema(row.Value);
        return new SchemaVersion(id, name, version, CompactStruct.Read<Schema>(schema));
    }
}
