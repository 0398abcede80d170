using System.Globalization;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Graph;

/// <summary>Values as people read them, and as the checksum of a graph sees them: each value has one text, and different values differ.</summary>
public static class ValueText
{
    /// <summary>The text; strings are bare, inside of lists, maps, vertices and edges they are quoted.</summary>
    public static string Of(Value value) => value.SVal is null ? Nested(value) : value.AsText!;

    static string Nested(Value value) => value switch
    {
        { Field: ValueField.None } => "__EMPTY__",
        { NVal: { } kind } => kind == NullType.__NULL__ ? "NULL" : $"NULL({kind})",
        { BVal: { } flag } => flag ? "true" : "false",
        { IVal: { } number } => number.ToString(CultureInfo.InvariantCulture),
        { FVal: { } number } => Real(number),
        { SVal: not null } => Quoted(value.AsText!),
        { DVal: { } d } => $"{d.Year:D4}-{d.Month:D2}-{d.Day:D2}",
        { TVal: { } t } => $"{t.Hour:D2}:{t.Minute:D2}:{t.Sec:D2}.{t.Microsec:D6}",
        { DtVal: { } t } => $"{t.Year:D4}-{t.Month:D2}-{t.Day:D2}T{t.Hour:D2}:{t.Minute:D2}:{t.Sec:D2}.{t.Microsec:D6}",
        { DuVal: { } d } => $"P{d.Months}M{d.Seconds}S{d.Microseconds}U",
        { GgVal: { } shape } => OfShape(shape),
        { VVal: { } vertex } => $"({Nested(vertex.Vid)}{string.Concat(vertex.Tags.Select(t => $" :{t.Name}{OfMap(t.Props)}"))})",
        { EVal: { } e } => $"[:{e.Name} {Nested(e.Src)}->{Nested(e.Dst)} @{e.Ranking} {OfMap(e.Props)}]",
        { MVal: { } map } => OfMap(map.Kvs),
        { LVal: { } list } => $"[{string.Join(", ", list.Values.Select(Nested))}]",
        { UVal: { } set } => $"{{{string.Join(", ", set.Values.Select(Nested).Order(StringComparer.Ordinal))}}}",
        _ => $"({value.Field})",
    };

    // A whole double keeps its point, so that it does not look like an integer.
    static string Real(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return double.IsFinite(number) && !text.AsSpan().ContainsAny('.', 'E') ? text + ".0" : text;
    }

    static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    static string OfMap(IReadOnlyDictionary<string, Value> map) =>
        $"{{{string.Join(", ", map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}: {Nested(p.Value)}"))}}}";

    static string OfShape(Geography shape) => shape switch
    {
        { PtVal: { } point } => $"POINT({Pair(point.Coord)})",
        { LsVal: { } line } => $"LINESTRING({Pairs(line.CoordList)})",
        { PgVal: { } polygon } => $"POLYGON({string.Join(", ", polygon.CoordListList.Select(ring => $"({Pairs(ring)})"))})",
        _ => "GEOGRAPHY",
    };

    static string Pairs(IReadOnlyList<Coordinate> line) => string.Join(", ", line.Select(Pair));

    static string Pair(Coordinate c) => $"{c.X.ToString("R", CultureInfo.InvariantCulture)} {c.Y.ToString("R", CultureInfo.InvariantCulture)}";
}
