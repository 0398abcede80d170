using NebulaKeep.DevCluster.Codec;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Storage.Catalog;

/// <summary>Between values on the wire and cells of rows.</summary>
static class CellValues
{
    /// <summary>The cell, or null for a value that no column takes (graph objects, containers, bad NULLs, geographies).</summary>
    public static Cell? FromWire(Value value) => value.Field switch
    {
        ValueField.NVal when value.NVal == NullType.__NULL__ => Cell.Null.Value,
        ValueField.BVal => new Cell.Bool(value.BVal!.Value),
        ValueField.IVal => new Cell.Int(value.IVal!.Value),
        ValueField.FVal => new Cell.Real(value.FVal!.Value),
        ValueField.SVal => new Cell.Text(value.SVal!),
        ValueField.DVal => Date(value.DVal!),
        ValueField.TVal => Time(value.TVal!),
        ValueField.DtVal => DateTime(value.DtVal!),
        ValueField.DuVal => new Cell.Duration(value.DuVal!.Seconds, value.DuVal.Microseconds, value.DuVal.Months),
        _ => null,
    };

    /// <summary>The value of a cell; a geography goes as the bytes that are stored.</summary>
    public static Value ToWire(Cell cell) => cell switch
    {
        Cell.Bool b => Value.Of(b.Value),
        Cell.Int i => Value.Of(i.Value),
        Cell.Real r => Value.Of(r.Value),
        Cell.Text t => Value.Of(t.Value.ToArray()),
        Cell.Geography g => Value.Of(g.Wkb.ToArray()),
        Cell.Date d => new Value { DVal = new GraphDate { Year = d.Year, Month = (sbyte)d.Month, Day = (sbyte)d.Day } },
        Cell.Time t => new Value { TVal = new GraphTime { Hour = (sbyte)t.Hour, Minute = (sbyte)t.Minute, Sec = (sbyte)t.Second, Microsec = t.Microsecond } },
        Cell.DateTime d => new Value
        {
            DtVal = new GraphDateTime
            {
                Year = d.Year, Month = (sbyte)d.Month, Day = (sbyte)d.Day,
                Hour = (sbyte)d.Hour, Minute = (sbyte)d.Minute, Sec = (sbyte)d.Second, Microsec = d.Microsecond,
            },
        },
        Cell.Duration d => new Value { DuVal = new GraphDuration { Seconds = d.Seconds, Microseconds = d.Microseconds, Months = d.Months } },
        _ => Value.Null,
    };

    static Cell.Date Date(GraphDate date) => new(date.Year, (byte)date.Month, (byte)date.Day);

    static Cell.Time Time(GraphTime time) => new((byte)time.Hour, (byte)time.Minute, (byte)time.Sec, time.Microsec);

    static Cell.DateTime DateTime(GraphDateTime d) =>
        new(d.Year, (byte)d.Month, (byte)d.Day, (byte)d.Hour, (byte)d.Minute, (byte)d.Sec, d.Microsec);
}
