using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.DevCluster.Codec;

namespace NebulaKeep.DevCluster.Tests.Codec;

public sealed class RowCodecTests
{
    static readonly RowColumn Name = new("name", ColumnType.String);
    static readonly RowColumn Age = new("age", ColumnType.Int64);

    public static TheoryData<string?, long?, string> PlayerRows => new()
    {
        { "Tim Duncan", 42, "08 00 12 00 00 00 0a 00 00 00 2a 00 00 00 00 00 00 00 54 69 6d 20 44 75 6e 63 61 6e TS" },
        { "Tim Duncan", null, "08 40 12 00 00 00 0a 00 00 00 00 00 00 00 00 00 00 00 54 69 6d 20 44 75 6e 63 61 6e TS" },
        { null, null, "08 c0 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 TS" },
        { "", 42, "08 00 12 00 00 00 00 00 00 00 2a 00 00 00 00 00 00 00 TS" },
    };

    [Theory]
    [MemberData(nameof(PlayerRows))]
    public void Worked_examples_of_a_nullable_tag(string? name, long? age, string row) =>
        BothWays(new RowSchema(0, [Name, Age]), [OrNull(name), OrNull(age)], row);

    [Fact]
    public void Worked_example_of_a_tag_without_null_flags() =>
        BothWays(new RowSchema(0, [Name with { Nullable = false }, Age with { Nullable = false }]),
            [new Cell.Text("Tim Duncan"), new Cell.Int(42)],
            "08 11 00 00 00 0a 00 00 00 2a 00 00 00 00 00 00 00 54 69 6d 20 44 75 6e 63 61 6e TS");

    [Fact]
    public void Worked_example_of_schema_version_1() =>
        BothWays(new RowSchema(1, [Name, Age]), [new Cell.Text("Tim Duncan"), new Cell.Int(42)],
            "09 01 00 13 00 00 00 0a 00 00 00 2a 00 00 00 00 00 00 00 54 69 6d 20 44 75 6e 63 61 6e TS");

    [Fact]
    public void Worked_example_of_a_tag_without_columns() => BothWays(new RowSchema(0, []), [], "08 TS");

    [Fact]
    public void Worked_example_of_an_edge() =>
        BothWays(new RowSchema(0, [new("degree", ColumnType.Int64)]), [new Cell.Int(95)], "08 00 5f 00 00 00 00 00 00 00 TS");

    [Fact]
    public void Worked_example_of_all_kinds() => BothWays(AllKinds(300), AllCells,
        "0a 2c 01 00 01 fe 2c 01 fb ff ff ff 00 00 c0 3f 00 00 00 00 00 00 04 40 61 62 63 00 00 00 bb 33 4e 5e 00 00 00 00 " +
        "e4 07 02 14 0a 1e 2d 31 d4 00 00 e4 07 02 14 0a 1e 2d 31 d4 00 00 01 00 00 00 00 00 00 00 02 00 00 00 03 00 00 00 " +
        "54 00 00 00 15 00 00 00 01 01 00 00 00 00 00 00 00 00 60 66 40 9a 99 99 99 99 79 56 40 TS");

    [Theory]
    [InlineData(0, "08")]
    [InlineData(1, "0901")]
    [InlineData(0xFF, "09ff")]
    [InlineData(0x100, "0a0001")]
    [InlineData(0xFFFE, "0afeff")]
    [InlineData(0xFFFF, "0bffff00")]
    [InlineData(0xFFFFFE, "0bfeffff")]
    [InlineData(0xFFFFFF, "0cffffff00")]
    public void The_version_takes_as_many_bytes_as_upstream_gives_it(long version, string start)
    {
        var row = RowCodec.Encode(new RowSchema(version, []), [], 0);
        Hex.Text(row.AsSpan()[..^8]).ShouldBe(start);
        RowCodec.VersionOf(row).ShouldBe(version);
    }

    [Fact]
    public void Strings_lie_in_the_order_in_which_they_were_set()
    {
        var schema = new RowSchema(0, [Name, new("city", ColumnType.String)]);
        var writer = new RowWriter(schema);
        writer.Set(1, new Cell.Text("B"));
        writer.Set(0, new Cell.Text("A"));
        var row = writer.Finish(0);

        Hex.Text(row).ShouldBe(Hex.Normal("08 00 13 00 00 00 01 00 00 00 12 00 00 00 01 00 00 00 42 41 0000000000000000"));
        RowCodec.Decode(schema, row).ShouldBe([new Cell.Text("A"), new Cell.Text("B")]);
    }

    [Fact]
    public void A_string_set_again_puts_all_strings_in_column_order()
    {
        var schema = new RowSchema(0, [Name, new("city", ColumnType.String), Age]);
        var writer = new RowWriter(schema);
        writer.Set(2, Cell.Null.Value);
        writer.Set(1, new Cell.Text("B"));
        writer.Set(0, new Cell.Text("old"));
        writer.Set(0, new Cell.Text("A"));
        writer.Set(2, new Cell.Int(7));
        RowCodec.Decode(schema, writer.Finish(0)).ShouldBe([new Cell.Text("A"), new Cell.Text("B"), new Cell.Int(7)]);
        writer.Set(0, new Cell.Text("AA"));
        Hex.Text(writer.Finish(0)).ShouldContain("414142");
    }

    [Fact]
    public void Unset_columns_take_their_default_then_null_then_fail()
    {
        var schema = new RowSchema(0, [Name with { Default = new Cell.Text("x") }, Age]);
        RowCodec.Decode(schema, RowCodec.Encode(schema, [null, null], 0)).ShouldBe([new Cell.Text("x"), Cell.Null.Value]);

        var strict = new RowSchema(0, [Age with { Nullable = false }]);
        Failure(() => RowCodec.Encode(strict, [null], 0)).ShouldBe(RowFailure.FieldUnset);
        Failure(() => RowCodec.Encode(strict, [Cell.Null.Value], 0)).ShouldBe(RowFailure.NotNullable);
    }

    [Theory]
    [InlineData(ColumnType.Int8, 128)]
    [InlineData(ColumnType.Int8, -129)]
    [InlineData(ColumnType.Int16, 32768)]
    [InlineData(ColumnType.Int32, 2147483648)]
    [InlineData(ColumnType.Timestamp, -1)]
    [InlineData(ColumnType.Timestamp, 9223372037)]
    public void Numbers_beyond_the_column_are_refused(ColumnType type, long value) =>
        Failure(() => Encode(type, new Cell.Int(value))).ShouldBe(RowFailure.OutOfRange);

    [Fact]
    public void Kinds_are_converted_as_upstream_does()
    {
        Convert(ColumnType.Bool, new Cell.Int(7)).ShouldBe(new Cell.Bool(true));
        Convert(ColumnType.Int64, new Cell.Bool(true)).ShouldBe(new Cell.Int(1));
        Convert(ColumnType.Int32, new Cell.Real(-2.5)).ShouldBe(new Cell.Int(-3));
        Convert(ColumnType.Double, new Cell.Int(2)).ShouldBe(new Cell.Real(2));
        Convert(ColumnType.Float, new Cell.Real(1.5)).ShouldBe(new Cell.Real(1.5));
        Failure(() => Encode(ColumnType.Float, new Cell.Real(1e300))).ShouldBe(RowFailure.OutOfRange);
        Failure(() => Encode(ColumnType.Int64, new Cell.Real(double.NaN))).ShouldBe(RowFailure.OutOfRange);
        Failure(() => Encode(ColumnType.Int64, new Cell.Text("1"))).ShouldBe(RowFailure.TypeMismatch);
        Failure(() => Encode(ColumnType.Timestamp, new Cell.Real(1))).ShouldBe(RowFailure.TypeMismatch);
        Failure(() => Encode(ColumnType.String, new Cell.Int(1))).ShouldBe(RowFailure.TypeMismatch);
        Failure(() => Encode(ColumnType.Date, new Cell.Text("2020-01-01"))).ShouldBe(RowFailure.TypeMismatch);
    }

    [Theory]
    [InlineData("abcdefgh", "abcdef")]
    [InlineData("abc\0def", "abc")]
    [InlineData("abcdeü", "abcde")]
    [InlineData("abcdü", "abcdü")]
    public void Fixed_strings_are_cut_at_a_character_and_at_zero(string text, string kept)
    {
        var schema = new RowSchema(0, [new("f", ColumnType.FixedString, Length: 6)]);
        RowCodec.Decode(schema, RowCodec.Encode(schema, [new Cell.Text(text)], 0)).ShouldBe([new Cell.Text(kept)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("08 00 00")]
    [InlineData("00 00 5f 00 00 00 00 00 00 00 TS")]
    [InlineData("09 01 00 5f 00 00 00 00 00 00 00 TS")]
    [InlineData("08 00 5f 00 00 00 00 00 00 TS")]
    public void What_is_no_row_of_the_schema_is_refused(string row) =>
        Failure(() => RowCodec.Decode(new RowSchema(0, [Age]), Hex.Bytes(row))).ShouldBe(RowFailure.BrokenRow);

    [Theory]
    [InlineData("12 00 00 00 ff ff ff 7f")]
    [InlineData("ff ff ff ff 01 00 00 00")]
    [InlineData("12 00 00 00 0b 00 00 00")]
    [InlineData("12 00 00 00 ff ff ff ff")]
    public void String_places_outside_of_the_row_are_refused(string place) =>
        Failure(() => RowCodec.Decode(new RowSchema(0, [Name, Age]),
            Hex.Bytes($"08 00 {place} 2a 00 00 00 00 00 00 00 54 69 6d 20 44 75 6e 63 61 6e TS"))).ShouldBe(RowFailure.BrokenRow);

    [Fact]
    public void Any_bytes_decode_or_are_refused() =>
        Prop.ForAll<byte[]>(noise =>
        {
            foreach (var row in new[] { noise, [0x08, .. noise], [0x08, 0, .. noise, .. new byte[90]] })
                try
                {
                    RowCodec.Decode(AllKinds(0), row);
                }
                catch (RowException e) when (e.Failure == RowFailure.BrokenRow)
                {
                }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_was_encoded_is_decoded() =>
        Prop.ForAll<string?, long, double>((text, number, real) =>
        {
            var schema = new RowSchema(Math.Abs(number % 100_000), [Name, Age, new("ok", ColumnType.Bool), new("r", ColumnType.Double),
                new("g", ColumnType.Geography)]);
            Cell[] cells = [OrNull(text), new Cell.Int(number), new Cell.Bool(number > 3), new Cell.Real(real), text is null ? Cell.Null.Value : new Cell.Geography(BitConverter.GetBytes(real))];
            var row = RowCodec.Encode(schema, cells, number);
            return RowCodec.Decode(schema, row).SequenceEqual(cells) && RowCodec.TimestampOf(row) == number;
        }).QuickCheckThrowOnFailure();

    static RowSchema AllKinds(long version) => new(version,
    [
        new("b", ColumnType.Bool, false), new("i8", ColumnType.Int8, false), new("i16", ColumnType.Int16, false),
        new("i32", ColumnType.Int32, false), new("f", ColumnType.Float, false), new("d", ColumnType.Double, false),
        new("s", ColumnType.FixedString, false, 6), new("ts", ColumnType.Timestamp, false), new("date", ColumnType.Date, false),
        new("time", ColumnType.Time, false), new("dt", ColumnType.DateTime, false), new("du", ColumnType.Duration, false),
        new("geo", ColumnType.Geography),
    ]);

    static Cell[] AllCells =>
    [
        new Cell.Bool(true), new Cell.Int(-2), new Cell.Int(300), new Cell.Int(-5), new Cell.Real(1.5), new Cell.Real(2.5),
        new Cell.Text("abc"), new Cell.Int(1582183355), new Cell.Date(2020, 2, 20), new Cell.Time(10, 30, 45, 54321),
        new Cell.DateTime(2020, 2, 20, 10, 30, 45, 54321), new Cell.Duration(1, 2, 3),
        new Cell.Geography(Hex.Bytes("01 01 00 00 00 00 00 00 00 00 60 66 40 9a 99 99 99 99 79 56 40")),
    ];

    static void BothWays(RowSchema schema, Cell[] cells, string row)
    {
        Hex.Text(RowCodec.Encode(schema, cells, Hex.ExampleTime)).ShouldBe(Hex.Normal(row));
        RowCodec.Decode(schema, Hex.Bytes(row)).ShouldBe(cells);
        RowCodec.TimestampOf(Hex.Bytes(row)).ShouldBe(Hex.ExampleTime);
    }

    static byte[] Encode(ColumnType type, Cell cell) => RowCodec.Encode(new RowSchema(0, [new("c", type)]), [cell], 0);

    static Cell Convert(ColumnType type, Cell cell) => RowCodec.Decode(new RowSchema(0, [new("c", type)]), Encode(type, cell))[0];

    static RowFailure Failure(Action action) => Should.Throw<RowException>(action).Failure;

    static Cell OrNull(string? text) => text is null ? Cell.Null.Value : new Cell.Text(text);

    static Cell OrNull(long? number) => number is { } n ? new Cell.Int(n) : Cell.Null.Value;
}
