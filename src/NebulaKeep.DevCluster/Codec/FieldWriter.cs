using System.Buffers.Binary;

namespace NebulaKeep.DevCluster.Codec;

/// <summary>Writes one value of fixed width after the conversions that upstream allows (spec/row-format.md §2).</summary>
static class FieldWriter
{
    const long MaxTimestamp = long.MaxValue / 1_000_000_000;

    public static void Write(Span<byte> field, RowColumn column, Cell cell)
    {
        switch (column.Type)
        {
            case ColumnType.Bool: field[0] = ToBool(column, cell) ? (byte)1 : (byte)0; break;
            case ColumnType.Int8: field[0] = (byte)ToInt(column, cell, sbyte.MinValue, sbyte.MaxValue); break;
            case ColumnType.Int16: BinaryPrimitives.WriteInt16LittleEndian(field, (short)ToInt(column, cell, short.MinValue, short.MaxValue)); break;
            case ColumnType.Int32: BinaryPrimitives.WriteInt32LittleEndian(field, (int)ToInt(column, cell, int.MinValue, int.MaxValue)); break;
            case ColumnType.Int64: BinaryPrimitives.WriteInt64LittleEndian(field, ToInt(column, cell, long.MinValue, long.MaxValue)); break;
            case ColumnType.Timestamp: BinaryPrimitives.WriteInt64LittleEndian(field, ToTimestamp(column, cell)); break;
            case ColumnType.Float: BinaryPrimitives.WriteSingleLittleEndian(field, ToFloat(column, cell)); break;
            case ColumnType.Double: BinaryPrimitives.WriteDoubleLittleEndian(field, ToDouble(column, cell)); break;
            case ColumnType.FixedString: WriteFixedString(field, Expect<Cell.Text>(column, cell).Value.Span); break;
            case ColumnType.Date: WriteDate(field, Expect<Cell.Date>(column, cell)); break;
            case ColumnType.Time: WriteTime(field, Expect<Cell.Time>(column, cell)); break;
            case ColumnType.DateTime: WriteDateTime(field, Expect<Cell.DateTime>(column, cell)); break;
            case ColumnType.Duration: WriteDuration(field, Expect<Cell.Duration>(column, cell)); break;
            default: throw Mismatch(column, cell);
        }
    }

    /// <summary>The bytes of a STRING or GEOGRAPHY.</summary>
    public static ReadOnlyMemory<byte> Content(RowColumn column, Cell cell) => column.Type == ColumnType.Geography
        ? Expect<Cell.Geography>(column, cell).Wkb
        : Expect<Cell.Text>(column, cell).Value;

    static bool ToBool(RowColumn column, Cell cell) => cell switch
    {
        Cell.Bool b => b.Value,
        Cell.Int i => i.Value != 0,
        _ => throw Mismatch(column, cell),
    };

    static long ToInt(RowColumn column, Cell cell, long min, long max)
    {
        var value = cell switch
        {
            Cell.Int i => i.Value,
            Cell.Bool b => b.Value ? 1 : 0,
            Cell.Real r => Round(column, r.Value),
            _ => throw Mismatch(column, cell),
        };
        return value >= min && value <= max ? value : throw OutOfRange(column);
    }

    static long Round(RowColumn column, double value)
    {
        var rounded = Math.Round(value, MidpointRounding.AwayFromZero);
        return rounded is >= -9223372036854775808.0 and < 9223372036854775808.0 ? (long)rounded : throw OutOfRange(column);
    }

    static long ToTimestamp(RowColumn column, Cell cell)
    {
        var seconds = Expect<Cell.Int>(column, cell).Value;
        return seconds is >= 0 and <= MaxTimestamp ? seconds : throw OutOfRange(column);
    }

    static float ToFloat(RowColumn column, Cell cell)
    {
        var value = ToDouble(column, cell);
        return Math.Abs(value) <= float.MaxValue ? (float)value : throw OutOfRange(column);
    }

    static double ToDouble(RowColumn column, Cell cell) => cell switch
    {
        Cell.Real r => r.Value,
        Cell.Int i => i.Value,
        _ => throw Mismatch(column, cell),
    };

    static void WriteFixedString(Span<byte> field, ReadOnlySpan<byte> text)
    {
        if (text.Length > field.Length) text = text[..Utf8Cut(text, field.Length)];
        var end = text.IndexOf((byte)0);
        if (end >= 0) text = text[..end];
        field.Clear();
        text.CopyTo(field);
    }

    /// <summary>The longest cut that does not end inside a character.</summary>
    static int Utf8Cut(ReadOnlySpan<byte> text, int limit)
    {
        var cut = limit;
        while (cut > 0 && (text[cut] & 0xC0) == 0x80) cut--;
        return cut;
    }

    static void WriteDate(Span<byte> field, Cell.Date date)
    {
        BinaryPrimitives.WriteInt16LittleEndian(field, date.Year);
        (field[2], field[3]) = (date.Month, date.Day);
    }

    static void WriteTime(Span<byte> field, Cell.Time time)
    {
        (field[0], field[1], field[2]) = (time.Hour, time.Minute, time.Second);
        BinaryPrimitives.WriteInt32LittleEndian(field[3..], time.Microsecond);
    }

    static void WriteDateTime(Span<byte> field, Cell.DateTime value)
    {
        WriteDate(field, new Cell.Date(value.Year, value.Month, value.Day));
        WriteTime(field[4..], new Cell.Time(value.Hour, value.Minute, value.Second, value.Microsecond));
    }

    static void WriteDuration(Span<byte> field, Cell.Duration value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(field, value.Seconds);
        BinaryPrimitives.WriteInt32LittleEndian(field[8..], value.Microseconds);
        BinaryPrimitives.WriteInt32LittleEndian(field[12..], value.Months);
    }

    static T Expect<T>(RowColumn column, Cell cell) where T : Cell => cell as T ?? throw Mismatch(column, cell);

    static RowException Mismatch(RowColumn column, Cell cell) =>
        new(RowFailure.TypeMismatch, $"Column {column.Name} is of type {column.Type} and takes no {cell.GetType().Name}");

    static RowException OutOfRange(RowColumn column) =>
        new(RowFailure.OutOfRange, $"The value is out of the range of column {column.Name} ({column.Type})");
}
