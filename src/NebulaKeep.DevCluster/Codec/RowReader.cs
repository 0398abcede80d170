using System.Buffers.Binary;

namespace NebulaKeep.DevCluster.Codec;

/// <summary>Reads single columns of one row whose size has been checked against the schema.</summary>
readonly ref struct RowReader
{
    readonly RowSchema schema;
    readonly ReadOnlySpan<byte> row;
    readonly ReadOnlySpan<byte> nulls;
    readonly ReadOnlySpan<byte> fields;

    RowReader(RowSchema schema, ReadOnlySpan<byte> row, int start)
    {
        this.schema = schema;
        this.row = row;
        nulls = row.Slice(start, schema.NullBytes);
        fields = row.Slice(start + schema.NullBytes, schema.FixedWidth);
    }

    public static RowReader Open(RowSchema schema, ReadOnlySpan<byte> row)
    {
        var (version, start) = RowHeader.Read(row);
        if (version != schema.Version) throw RowHeader.Broken($"it has schema version {version}, not {schema.Version}");
        var least = start + schema.NullBytes + schema.FixedWidth + RowHeader.TrailerLength;
        if (row.Length < least) throw RowHeader.Broken($"{row.Length} bytes where the schema needs at least {least}");
        return new RowReader(schema, row, start);
    }

    public Cell Read(int column)
    {
        var definition = schema.Columns[column];
        if (definition.Nullable && IsNull(schema.NullBitOf(column))) return Cell.Null.Value;
        var field = fields.Slice(schema.OffsetOf(column), definition.Width);
        return definition.Type switch
        {
            ColumnType.Bool => new Cell.Bool(field[0] != 0),
            ColumnType.Int8 => new Cell.Int((sbyte)field[0]),
            ColumnType.Int16 => new Cell.Int(BinaryPrimitives.ReadInt16LittleEndian(field)),
            ColumnType.Int32 => new Cell.Int(BinaryPrimitives.ReadInt32LittleEndian(field)),
            ColumnType.Int64 or ColumnType.Timestamp => new Cell.Int(BinaryPrimitives.ReadInt64LittleEndian(field)),
            ColumnType.Float => new Cell.Real(BinaryPrimitives.ReadSingleLittleEndian(field)),
            ColumnType.Double => new Cell.Real(BinaryPrimitives.ReadDoubleLittleEndian(field)),
            ColumnType.String => new Cell.Text(Content(definition, field)),
            ColumnType.Geography => new Cell.Geography(Content(definition, field)),
            ColumnType.FixedString => new Cell.Text(UpToZero(field).ToArray()),
            ColumnType.Date => ReadDate(field),
            ColumnType.Time => ReadTime(field),
            ColumnType.DateTime => ReadDateTime(field),
            ColumnType.Duration => ReadDuration(field),
            _ => throw RowHeader.Broken($"column {definition.Name} has the unknown type {definition.Type}"),
        };
    }

    bool IsNull(int bit) => (nulls[bit >> 3] & (0x80 >> (bit & 7))) != 0;

    byte[] Content(RowColumn column, ReadOnlySpan<byte> field)
    {
        long offset = BinaryPrimitives.ReadInt32LittleEndian(field);
        long length = BinaryPrimitives.ReadInt32LittleEndian(field[4..]);
        if (length == 0) return [];
        return offset >= 0 && length > 0 && offset + length <= row.Length - RowHeader.TrailerLength
            ? row.Slice((int)offset, (int)length).ToArray()
            : throw RowHeader.Broken($"the content of column {column.Name} lies outside of it");
    }

    static ReadOnlySpan<byte> UpToZero(ReadOnlySpan<byte> field) => field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field;

    static Cell.Date ReadDate(ReadOnlySpan<byte> field) => new(BinaryPrimitives.ReadInt16LittleEndian(field), field[2], field[3]);

    static Cell.Time ReadTime(ReadOnlySpan<byte> field) =>
        new(field[0], field[1], field[2], BinaryPrimitives.ReadInt32LittleEndian(field[3..]));

    static Cell.DateTime ReadDateTime(ReadOnlySpan<byte> field)
    {
        var (date, time) = (ReadDate(field), ReadTime(field[4..]));
        return new(date.Year, date.Month, date.Day, time.Hour, time.Minute, time.Second, time.Microsecond);
    }

    static Cell.Duration ReadDuration(ReadOnlySpan<byte> field) => new(
        BinaryPrimitives.ReadInt64LittleEndian(field),
        BinaryPrimitives.ReadInt32LittleEndian(field[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(field[12..]));
}
