using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.Nebula.Tests.Common;

/// <summary>Random values of every kind, nested to a depth.</summary>
static class Arbitraries
{
    static readonly Gen<string> Name = Gen.Elements("", "a", "degree", "名", "\U0001F600", new string('x', 200));

    internal static Gen<Value> Values(int depth) => depth == 0 ? Scalars : Gen.OneOf(Scalars, Containers(depth - 1));

    static Gen<Value> Scalars => Gen.OneOf(
        Gen.Constant(Value.Empty),
        Gen.Constant(Value.Null),
        ArbMap.Default.GeneratorFor<bool>().Select(Value.Of),
        ArbMap.Default.GeneratorFor<long>().Select(Value.Of),
        ArbMap.Default.GeneratorFor<double>().Select(Value.Of),
        ArbMap.Default.GeneratorFor<byte[]>().Select(Value.Of),
        from y in ArbMap.Default.GeneratorFor<short>() from m in ArbMap.Default.GeneratorFor<sbyte>() select new Value { DVal = new GraphDate { Year = y, Month = m, Day = 7 } },
        from s in ArbMap.Default.GeneratorFor<long>() from u in ArbMap.Default.GeneratorFor<int>() select new Value { DuVal = new GraphDuration { Seconds = s, Microseconds = u, Months = -u } },
        from x in ArbMap.Default.GeneratorFor<double>() select new Value { GgVal = new Geography { PgVal = new Polygon { CoordListList = [[new Coordinate { X = x, Y = -x }], []] } } });

    static Gen<Value> Containers(int depth) => Gen.OneOf(
        Lists(depth).Select(l => new Value { LVal = new NList { Values = l } }),
        Lists(depth).Select(l => new Value { UVal = new NSet { Values = l } }),
        Maps(depth).Select(m => new Value { MVal = new NMap { Kvs = m } }),
        Lists(depth).Select(l => new Value { GVal = new DataSet { ColumnNames = ["c", ""], Rows = [new Row { Values = l }, new Row()] } }),
        from src in Values(depth) from props in Maps(depth) from rank in ArbMap.Default.GeneratorFor<long>()
        select new Value { EVal = new Edge { Src = src, Dst = Value.Of("b"), Type = -1, Name = "follow", Ranking = rank, Props = props } },
        from vid in Values(depth) from props in Maps(depth)
        select new Value { PVal = new GraphPath { Src = new Vertex { Vid = vid, Tags = [new Tag { Name = "t", Props = props }] },
            Steps = [new Step { Type = 1 }] } });

    static Gen<Value[]> Lists(int depth) => Gen.Choose(0, 20).SelectMany(n => Values(depth).ArrayOf(n % 17 == 0 ? n : n % 4));

    static Gen<IReadOnlyDictionary<string, Value>> Maps(int depth) =>
        from names in Name.ArrayOf(3)
        from values in Values(depth).ArrayOf(3)
        select (IReadOnlyDictionary<string, Value>)names.Zip(values).DistinctBy(p => p.First).ToDictionary(p => p.First, p => p.Second);
}
