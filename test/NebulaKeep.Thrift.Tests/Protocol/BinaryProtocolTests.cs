using System.Buffers.Binary;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Tests.Protocol;

public sealed class BinaryProtocolTests : ProtocolContract
{
    [Fact]
    public void An_envelope_is_strict()
    {
        Written(w => w.WriteMessageBegin(new ThriftMessage("ab", ThriftMessageType.Call,
            7))).ToArray().ShouldBe(Convert.FromHexString("8001000100000002616200000007"));
        Should.Throw<ThriftProtocolException>(() =>
            Read(Convert.FromHexString("00000002616201 00000007".Replace(" ", ""))).ReadMessageBegin()).Message.ShouldContain("strict");
        Should.Throw<ThriftProtocolException>(() => Read(Convert.FromHexString("8002000100000002616200000007")).ReadMessageBegin());
        Should.Throw<ThriftProtocolException>(() =>
            Read(Convert.FromHexString("8001000500000002616200000007")).ReadMessageBegin()).Message.ShouldContain("message type 5");
    }

    protected override ThriftWriter Writer() => new BinaryProtocolWriter();

    protected override ThriftReader Reader(ReadOnlyMemory<byte> bytes, ThriftLimits limits) => new BinaryProtocolReader(bytes, limits);

    protected override ReadOnlyMemory<byte> DeclaredBinary(int size)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(bytes, size);
        return bytes;
    }
}
