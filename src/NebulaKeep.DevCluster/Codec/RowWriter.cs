using System.Buffers.Binary;

namespace NebulaKeep.DevCluster.Codec;

/// <summary>
/// Builds one row in generation 2 of upstream's encoding (spec/row-format.md §1). Set the columns, in any order, then <see cref="Finish"/>.
/// Contents of strings lie in the row in the order in which they were set, as upstream's do.
/// </summary>
public sealed class RowWriter
{
    readonly RowSchema schema;
    readonly byte[] head;
    readonly int nullStart;
    readonly int fixedStart;
    readonly bool[] set;
    readonly List<(int Column, ReadOnlyMemory<byte> Content)> contents = [];
    bool contentsInColumnOrder;

    /// <summary>Starts an empty row of the schema.</summary>
    public RowWriter(RowSchema schema)
    {
        this.schema = schema;
        nullStart = 1 + RowHeader.VersionLength(schema.Version);
        fixedStart = nullStart + schema.NullBytes;
        head = new byte[fixedStart + schema.FixedWidth];
        set = new bool[schema.Columns.Count];
        RowHeader.Write(head, schema.Version);
    }

    /// <summary>Gives a column its value; the last value wins.</summary>
    /// <exception cref="RowException">The column refuses it.</exception>
    public void Set(int column, Cell cell)
    {
        var definition = schema.Columns[column];
        if (set[column]) Forget(column);
        if (cell is Cell.Null) SetNull(column, definition);
        else if (definition.IsOutOfLine) contents.Add((column, FieldWriter.Content(definition, cell)));
        else FieldWriter.Write(Field(column), definition, cell);
        set[column] = true;
    }

    /// <summary>Fills the unset columns with their defaults or NULL and gives the row's bytes.</summary>
    /// <param name="microseconds">Wall clock since 1970: the row's trailer.</param>
    /// <exception cref="RowException">A column has no value, no default and is NOT NULL.</exception>
    public byte[] Finish(long microseconds)
    {
        for (var i = 0; i < set.Length; i++)
            if (!set[i])
                Set(i, DefaultOf(schema.Columns[i]));
        var row = new byte[head.Length + contents.Sum(c => c.Content.Length) + RowHeader.TrailerLength];
        var end = PlaceContents(row);
        head.CopyTo(row, 0);
        BinaryPrimitives.WriteInt64LittleEndian(row.AsSpan(end), microseconds);
        return row;
    }

    int PlaceContents(byte[] row)
    {
        var end = head.Length;
        if (contentsInColumnOrder) contents.Sort((a, b) => a.Column.CompareTo(b.Column));
        foreach (var (column, content) in contents)
        {
            BinaryPrimitives.WriteInt32LittleEndian(Field(column), end);
            BinaryPrimitives.WriteInt32LittleEndian(Field(column)[4..], content.Length);
            content.CopyTo(row.AsMemory(end));
            end += content.Length;
        }
        return end;
    }

    void Forget(int column)
    {
        // Upstream rebuilds the row when a string is set again, and lays contents out in column order.
        if (contents.RemoveAll(content => content.Column == column) > 0) contentsInColumnOrder = true;
        if (schema.Columns[column].Nullable) NullByte(column) &= (byte)~NullMask(column);
        Field(column).Clear();
    }

    void SetNull(int column, RowColumn definition)
    {
        if (!definition.Nullable) throw new RowException(RowFailure.NotNullable, $"Column {definition.Name} is NOT NULL");
        NullByte(column) |= NullMask(column);
    }

    static Cell DefaultOf(RowColumn column) => column.Default
        ?? (column.Nullable ? Cell.Null.Value : throw new RowException(RowFailure.FieldUnset, $"Column {column.Name} has no value and no default"));

    Span<byte> Field(int column) => head.AsSpan(fixedStart + schema.OffsetOf(column), schema.Columns[column].Width);

    ref byte NullByte(int column) => ref head[nullStart + (schema.NullBitOf(column) >> 3)];

    byte NullMask(int column) => (byte)(0x80 >> (schema.NullBitOf(column) & 7));
}
