using NebulaKeep.DevCluster.Codec;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.DevCluster.Storage.Catalog;

/// <summary>Turns metad's schemas into those of rows.</summary>
static class SchemaReader
{
    /// <summary>First byte of a default that is a constant; behind it lies a Value in the compact protocol (spec/row-format.md §7.4).</summary>
    const byte ConstantExpression = 0;

    public static IReadOnlyDictionary<int, SchemaHistory> Tags(IReadOnlyList<TagItem> tags) =>
        tags.GroupBy(tag => tag.TagId).ToDictionary(versions => versions.Key,
            versions => new SchemaHistory(versions.First().TagName, versions.Select(tag => Read(tag.Version, tag.Schema))));

    public static IReadOnlyDictionary<int, SchemaHistory> Edges(IReadOnlyList<EdgeItem> edges) =>
        edges.GroupBy(edge => edge.EdgeType).ToDictionary(versions => versions.Key,
            versions => new SchemaHistory(versions.First().EdgeName, versions.Select(edge => Read(edge.Version, edge.Schema))));

    static RowSchema Read(long version, Schema schema) => new(version, [.. schema.Columns.Select(Column)]);

    static RowColumn Column(ColumnDef column) => new(
        column.Name, (ColumnType)column.Type.Type, column.Nullable ?? false, column.Type.TypeLength ?? 0, Default(column.DefaultValue));

    /// <summary>A constant default; graphd evaluates all others itself and sends the value.</summary>
    static Cell? Default(byte[]? expression)
    {
        if (expression is not { Length: > 1 } || expression[0] != ConstantExpression) return null;
        return CellValues.FromWire(Value.Read(new CompactProtocolReader(expression.AsMemory(1), ThriftLimits.Server)));
    }
}
