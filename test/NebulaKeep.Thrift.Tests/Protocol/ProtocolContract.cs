using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;
using NebulaKeep.Thrift.Tests.Support;

namespace NebulaKeep.Thrift.Tests.Protocol;

/// <summary>What both protocols promise.</summary>
public abstract class ProtocolContract
{
    const int Generous = 1 << 20;

    protected abstract ThriftWriter Writer();

    protected abstract ThriftReader Reader(ReadOnlyMemory<byte> bytes, ThriftLimits limits);

    [Fact]
    public void What_is_written_is_read() => Prop.ForAll(Samples.Any, sample =>
    {
        var reader = Read(Written(sample.Write));
        Sample.Read(reader).ShouldBe(sample);
        reader.Remaining.ShouldBe(0);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_nobody_knows_is_skipped_to_its_end() => Prop.ForAll(Samples.Any, sample =>
    {
        var reader = Read(Written(sample.Write));
        reader.Skip(ThriftType.Struct);
        reader.Remaining.ShouldBe(0);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Bytes_cut_anywhere_are_refused() => Prop.ForAll(Samples.Any, sample =>
    {
        var bytes = Written(sample.Write);
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Should.Throw<ThriftProtocolException>(() => Sample.Read(Read(cut)));
            Should.Throw<ThriftProtocolException>(() => Read(cut).Skip(ThriftType.Struct));
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(10));

    [Fact]
    public void Random_bytes_are_read_or_refused_without_much_memory() =>
        Prop.ForAll(Gen.Choose(0, 255).Select(i => (byte)i).ArrayOf(64).ToArbitrary(), bytes =>
        {
            Cheaply(() => Sample.Read(Read(bytes)));
            Cheaply(() => Read(bytes).Skip(ThriftType.Struct));
            Cheaply(() => Read(bytes).ReadMessageBegin());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(1_000_000)]
    public void A_declared_size_takes_no_memory_before_the_bytes_are_there(int size)
    {
        Refused(w => w.WriteListBegin(ThriftType.Struct, size), r => r.ReadList(ThriftType.Struct, Sample.Read));
        Refused(w => w.WriteListBegin(ThriftType.I64, size), r => r.Skip(ThriftType.List));
        Refused(w => w.WriteSetBegin(ThriftType.Bool, size), r => r.Skip(ThriftType.Set));
        Refused(w => w.WriteMapBegin(ThriftType.I32, ThriftType.Struct, size), r =>
            r.ReadMap(ThriftType.I32, ThriftType.Struct, static x => x.ReadI32(), Sample.Read));
        Refused(w => w.WriteI32(size), r => r.ReadBytes(), binarySize: size);
    }

    [Fact]
    public void A_message_of_too_many_elements_is_refused()
    {
        var bytes = Written(w => WriteList(w, ThriftType.Bool, 101, () => w.WriteBool(true)));

        Reader(bytes, new ThriftLimits { MaxElements = 101 }).ReadList(ThriftType.Bool, static r => r.ReadBool()).Count.ShouldBe(101);
        Should.Throw<ThriftProtocolException>(() =>
            Reader(bytes, new ThriftLimits { MaxElements = 100 }).Skip(ThriftType.List)).Message.ShouldContain("more than 100");
    }

    [Fact]
    public void Nesting_up_to_64_levels_is_read_and_more_is_refused()
    {
        Read(Nested(64)).Skip(ThriftType.Struct);
        Should.Throw<ThriftProtocolException>(() => Read(Nested(65)).Skip(ThriftType.Struct)).Message.ShouldContain("64 levels");
        Should.Throw<ThriftProtocolException>(() => Sample.Read(Read(Nested(100_000)))).Message.ShouldContain("64 levels");
        Should.Throw<ThriftProtocolException>(() => Read(NestedLists(100_000)).Skip(ThriftType.List)).Message.ShouldContain("64 levels");
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_refused_unless_it_is_for_people()
    {
        var bytes = Written(w => w.WriteBinary([0x61, 0xff, 0x62]));

        Should.Throw<ThriftProtocolException>(() => Read(bytes).ReadString()).Message.ShouldContain("not UTF-8");
        Read(bytes).ReadLossyString().ShouldBe("a\uFFFDb");
        Read(bytes).ReadBinary().ShouldBe([0x61, 0xff, 0x62]);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_not_sent() =>
        Should.Throw<ThriftProtocolException>(() => Writer().WriteString("\ud83d")).Message.ShouldContain("surrogate");

    [Fact]
    public void Elements_of_another_type_are_refused_but_an_empty_list_has_no_type()
    {
        Should.Throw<ThriftProtocolException>(() =>
            Read(Written(w => WriteList(w, ThriftType.I64, 1, () => w.WriteI64(1)))).ReadList(ThriftType.I32, static r => r.ReadI32()));
        Read(Written(w => w.WriteListBegin(ThriftType.I64, 0))).ReadList(ThriftType.I32, static r => r.ReadI32()).ShouldBeEmpty();
    }

    [Fact]
    public void Of_equal_keys_the_last_wins()
    {
        var bytes = Written(w =>
        {
            w.WriteMapBegin(ThriftType.I32, ThriftType.Bool, 2);
            foreach (var value in new[] { false, true })
            {
                w.WriteI32(5);
                w.WriteBool(value);
            }
        });

        Read(bytes).ReadMap(ThriftType.I32, ThriftType.Bool, static r => r.ReadI32(), static r =>
            r.ReadBool()).ShouldBe([KeyValuePair.Create(5, true)]);
    }

    [Theory]
    [InlineData("getSpace", ThriftMessageType.Call, 0)]
    [InlineData("signout", ThriftMessageType.Oneway, int.MaxValue)]
    [InlineData("名", ThriftMessageType.Reply, -1)]
    [InlineData("", ThriftMessageType.Exception, 300)]
    public void An_envelope_is_read_as_it_was_written(string name, ThriftMessageType type, int sequenceId)
    {
        var message = new ThriftMessage(name, type, sequenceId);

        Read(Written(w => w.WriteMessageBegin(message))).ReadMessageBegin().ShouldBe(message);
    }

    protected static void WriteList(ThriftWriter writer, ThriftType element, int count, Action write)
    {
        writer.WriteListBegin(element, count);
        for (var i = 0; i < count; i++) write();
    }

    protected ReadOnlyMemory<byte> Written(Action<ThriftWriter> write)
    {
        var writer = Writer();
        write(writer);
        return writer.Written;
    }

    protected ThriftReader Read(ReadOnlyMemory<byte> bytes) => Reader(bytes, ThriftLimits.Server);

    void Refused(Action<ThriftWriter> write, Action<ThriftReader> read, int? binarySize = null)
    {
        var bytes = binarySize is { } size ? DeclaredBinary(size) : Written(w =>
        {
            write(w);
            w.WriteI64(0);
        });
        Cheaply(() => Should.Throw<ThriftProtocolException>(() => read(Read(bytes))));
    }

    protected abstract ReadOnlyMemory<byte> DeclaredBinary(int size);

    static void Cheaply(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            action();
        }
        catch (ThriftProtocolException)
        {
            // Refused, as it should be.
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(Generous);
    }

    ReadOnlyMemory<byte> Nested(int levels) => Written(w =>
    {
        // A struct in a list counts two levels; here every level is a struct field.
        for (var i = 0; i < levels - 1; i++)
        {
            w.WriteStructBegin();
            w.WriteFieldBegin(ThriftType.Struct, 99);
        }
        w.WriteStructBegin();
        for (var i = 0; i < levels; i++) w.WriteStructEnd();
    });

    ReadOnlyMemory<byte> NestedLists(int levels) => Written(w =>
    {
        for (var i = 0; i < levels; i++) w.WriteListBegin(ThriftType.List, 1);
        w.WriteListBegin(ThriftType.List, 0);
    });
}
