using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;
using NebulaKeep.Thrift.Tests.Support;

namespace NebulaKeep.Thrift.Tests.Protocol;

public sealed class CompactProtocolTests : ProtocolContract
{
    [Fact]
    public void Doubles_are_big_endian_in_version_2_and_little_endian_in_version_1()
    {
        Written(w => w.WriteDouble(1.5)).ToArray().ShouldBe(Convert.FromHexString("3ff8000000000000"));

        AfterEnvelope("82 21 00 01 61 00 00 00 00 00 00 f8 3f").ReadDouble().ShouldBe(1.5);
        AfterEnvelope("82 22 00 01 61 3f f8 00 00 00 00 00 00").ReadDouble().ShouldBe(1.5);
    }

    [Theory]
    [InlineData("82 23 00 01 61", "compact version 3")]
    [InlineData("82 02 00 01 61", "message type 0")]
    [InlineData("80 22 00 01 61", "protocol id 80")]
    [InlineData("82 22 ff ff ff ff 7f 01 61", "more than 32 bits")]
    [InlineData("82 22 ff ff ff ff ff 01 01 61", "more than 5 bytes")]
    public void A_wrong_envelope_is_refused(string hex, string message) =>
        Should.Throw<ThriftProtocolException>(() => Read(Bytes(hex)).ReadMessageBegin()).Message.ShouldContain(message);

    [Theory]
    [InlineData("1e 00", "unknown type 14")]
    [InlineData("10", "field header 10")]
    [InlineData("19 10 00", "elements without a type")]
    [InlineData("14 80 80 04", "no 16-bit number")]
    public void A_struct_of_impossible_types_is_refused(string hex, string message) =>
        Should.Throw<ThriftProtocolException>(() => Read(Bytes(hex)).Skip(ThriftType.Struct)).Message.ShouldContain(message);

    [Fact]
    public void The_writer_uses_version_2()
    {
        Written(w => w.WriteMessageBegin(new ThriftMessage("a", ThriftMessageType.Call,
            300))).ToArray().ShouldBe(Bytes("82 22 ac02 01 61"));
        Written(w => w.WriteMessageBegin(new ThriftMessage("a", ThriftMessageType.Oneway, 0))).ToArray().ShouldBe(Bytes("82 82 00 01 61"));
    }

    [Fact]
    public void Field_numbers_far_apart_take_the_long_form()
    {
        var bytes = Written(w =>
        {
            w.WriteStructBegin();
            w.WriteFieldBegin(ThriftType.I32, 15);
            w.WriteI32(1);
            w.WriteFieldBegin(ThriftType.Bool, 31);
            w.WriteBool(true);
            w.WriteStructEnd();
        });

        bytes.ToArray().ShouldBe(Bytes("f5 02 01 3e 00"));
        Sample.Read(Read(bytes)).ShouldBe(new Sample());
    }

    protected override ThriftWriter Writer() => new CompactProtocolWriter();

    protected override ThriftReader Reader(ReadOnlyMemory<byte> bytes, ThriftLimits limits) => new CompactProtocolReader(bytes, limits);

    protected override ReadOnlyMemory<byte> DeclaredBinary(int size)
    {
        var writer = new CompactProtocolWriter();
        writer.WriteListBegin(ThriftType.Byte, size); // for sizes above 14: a byte of types, then the size as a varint
        return writer.Written[1..];
    }

    ThriftReader AfterEnvelope(string hex)
    {
        var reader = Read(Bytes(hex));
        reader.ReadMessageBegin();
        return reader;
    }

    static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));
}
