using System.Buffers.Binary;

namespace NebulaKeep.DevCluster.Codec;

/// <summary>Whole rows to and from upstream's encoding (spec/row-format.md §1 to §3).</summary>
public static class RowCodec
{
    /// <summary>Encodes the cells, given in column order; a missing one (null) takes its default.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="cells">One for each column.</param>
    /// <param name="microseconds">Wall clock since 1970: the row's trailer.</param>
    /// <exception cref="RowException">A column refuses its value.</exception>
    public static byte[] Encode(RowSchema schema, IReadOnlyList<Cell?> cells, long microseconds)
    {
        var writer = new RowWriter(schema);
        for (var i = 0; i < cells.Count; i++)
            if (cells[i] is { } cell)
                writer.Set(i, cell);
        return writer.Finish(microseconds);
    }

    /// <summary>The version of the schema that the row needs.</summary>
    /// <exception cref="RowException">The bytes are no row.</exception>
    public static long VersionOf(ReadOnlySpan<byte> row) => RowHeader.Read(row).Version;

    /// <summary>Microseconds since 1970 when the row was encoded.</summary>
    /// <exception cref="RowException">The bytes are no row.</exception>
    public static long TimestampOf(ReadOnlySpan<byte> row)
    {
        RowHeader.Read(row);
        return BinaryPrimitives.ReadInt64LittleEndian(row[^RowHeader.TrailerLength..]);
    }

    /// <summary>Decodes a row with the schema of its version; one cell for each column. FIXED_STRINGs end at the first zero byte.</summary>
    /// <exception cref="RowException">The bytes are no row of this schema.</exception>
    public static Cell[] Decode(RowSchema schema, ReadOnlySpan<byte> row)
    {
        var reader = RowReader.Open(schema, row);
        var cells = new Cell[schema.Columns.Count];
        for (var i = 0; i < cells.Length; i++) cells[i] = reader.Read(i);
        return cells;
    }
}
