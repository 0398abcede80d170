using System.Buffers;
using System.Buffers.Binary;
using NebulaKeep.Thrift.Messages;

namespace NebulaKeep.Thrift.Protocol;

/// <summary>The strict binary protocol (spec/meta-thrift.md §2.2).</summary>
public sealed class BinaryProtocolWriter : ThriftWriter
{
    internal const int Version1 = unchecked((int)0x80010000);

    /// <summary>Makes a writer into memory of its own.</summary>
    public BinaryProtocolWriter() : this(new ArrayBufferWriter<byte>()) { }

    /// <summary>Makes a writer that appends.</summary>
    public BinaryProtocolWriter(ArrayBufferWriter<byte> output) : base(output) { }

    /// <inheritdoc/>
    public override void WriteMessageBegin(ThriftMessage message)
    {
        WriteI32(Version1 | (int)message.Type);
        WriteString(message.Name);
        WriteI32(message.SequenceId);
    }

    /// <inheritdoc/>
    public override void WriteStructBegin() { }

    /// <inheritdoc/>
    public override void WriteStructEnd() => Raw((byte)ThriftType.Stop);

    /// <inheritdoc/>
    public override void WriteFieldBegin(ThriftType type, short id)
    {
        Raw((byte)type);
        WriteI16(id);
    }

    /// <inheritdoc/>
    public override void WriteMapBegin(ThriftType key, ThriftType value, int count)
    {
        Raw((byte)key);
        Raw((byte)value);
        WriteI32(count);
    }

    /// <inheritdoc/>
    public override void WriteListBegin(ThriftType element, int count)
    {
        Raw((byte)element);
        WriteI32(count);
    }

    /// <inheritdoc/>
    public override void WriteBool(bool value) => Raw(value ? (byte)1 : (byte)0);

    /// <inheritdoc/>
    public override void WriteByte(sbyte value) => Raw((byte)value);

    /// <inheritdoc/>
    public override void WriteI16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(Output.GetSpan(sizeof(short)), value);
        Output.Advance(sizeof(short));
    }

    /// <inheritdoc/>
    public override void WriteI32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(Output.GetSpan(sizeof(int)), value);
        Output.Advance(sizeof(int));
    }

    /// <inheritdoc/>
    public override void WriteI64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(Output.GetSpan(sizeof(long)), value);
        Output.Advance(sizeof(long));
    }

    /// <inheritdoc/>
    public override void WriteDouble(double value) => WriteI64(BitConverter.DoubleToInt64Bits(value));

    /// <inheritdoc/>
    public override void WriteBinary(ReadOnlySpan<byte> value)
    {
        WriteI32(value.Length);
        Raw(value);
    }
}
