using NebulaKeep.DevCluster.Codec;
using NebulaKeep.DevCluster.Storage.Catalog;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Storage.Service;

/// <summary>The columns that a request wants of one tag or edge type, and how a stored row fills them (spec/graph-service.md §9, spec/row-format.md §3).</summary>
sealed class Projection
{
    static readonly Value Empty = new();
    readonly SchemaHistory history;

    /// <summary>Makes the columns.</summary>
    /// <param name="id">Tag id, or signed edge type.</param>
    /// <param name="history">Its schema.</param>
    /// <param name="names">Wanted properties; empty: all of the latest version.</param>
    /// <param name="pseudo">Names that are no properties but parts of the key, such as <c>_vid</c>.</param>
    /// <param name="unknownName">Code for any other name.</param>
    public Projection(int id, SchemaHistory history, IReadOnlyList<string> names, IReadOnlySet<string> pseudo, ErrorCode unknownName)
    {
        (Id, this.history) = (id, history);
        Names = names.Count > 0 ? names : [.. history.Latest.Columns.Select(column => column.Name)];
        if (Names.FirstOrDefault(name => !pseudo.Contains(name) && history.Latest.IndexOf(name) < 0) is { } unknown)
            throw new CodedException(unknownName, $"{history.Name} has no property '{unknown}'");
    }

    /// <summary>Tag id, or signed edge type.</summary>
    public int Id { get; }

    /// <summary>Names without the tag or edge.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Names as they stand in the answer.</summary>
    public IEnumerable<string> ColumnNames => Names.Select(name => $"{history.Name}.{name}");

    /// <summary>The values of a stored row; null where the row counts as absent: none is stored, or its version is unknown.</summary>
    public List<Value>? Read(ReadOnlySpan<byte> row, Func<string, Value?> pseudo)
    {
        if (row.Length == 0 || history.Find(RowCodec.VersionOf(row)) is not { } schema) return null;
        var cells = RowCodec.Decode(schema, row);
        return [.. Names.Select(name => pseudo(name) ?? CellValues.ToWire(CellOf(schema, cells, name)))];
    }

    /// <summary>What stands in the columns where there is no row.</summary>
    public IEnumerable<Value> Nothing => Names.Select(_ => Empty);

    /// <summary>A column that came later than the row has its default, else NULL.</summary>
    Cell CellOf(RowSchema schema, Cell[] cells, string name) => schema.IndexOf(name) is >= 0 and var index
        ? cells[index]
        : history.Latest.Columns[history.Latest.IndexOf(name)].Default ?? Cell.Null.Value;
}
