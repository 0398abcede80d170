using System.Buffers.Binary;
using NebulaKeep.Thrift.Messages;

namespace NebulaKeep.Thrift.Protocol;

/// <summary>The strict binary protocol (spec/meta-thrift.md §2.2).</summary>
public sealed class BinaryProtocolReader : ThriftReader
{
    const uint VersionMask = 0xffff0000;
    const uint TypeMask = 0x000000ff;

    /// <summary>Makes a reader of a whole frame or of a bare struct.</summary>
    public BinaryProtocolReader(ReadOnlyMemory<byte> frame, ThriftLimits limits) : base(frame, limits) { }

    /// <inheritdoc/>
    public override ThriftMessage ReadMessageBegin()
    {
        var word = (uint)ReadI32();
        if ((word & VersionMask) != unchecked((uint)BinaryProtocolWriter.Version1))
            throw Malformed($"version word {word:x8} instead of strict binary");
        var type = ThriftMessage.CheckedType((int)(word & TypeMask), this);
        return new ThriftMessage(ReadString(), type, ReadI32());
    }

    /// <inheritdoc/>
    public override bool ReadFieldBegin(out ThriftType type, out short id)
    {
        type = (ThriftType)RawByte();
        id = type == ThriftType.Stop ? (short)0 : ReadI16();
        return type != ThriftType.Stop;
    }

    /// <inheritdoc/>
    public override (ThriftType Key, ThriftType Value, int Count) ReadMapBegin()
    {
        var (key, value) = ((ThriftType)RawByte(), (ThriftType)RawByte());
        var count = ReadI32();
        return (key, value, count == 0 ? 0 : CheckedCount(count, key, value));
    }

    /// <inheritdoc/>
    public override (ThriftType Element, int Count) ReadListBegin()
    {
        var element = (ThriftType)RawByte();
        var count = ReadI32();
        return (element, count == 0 ? 0 : CheckedCount(count, element));
    }

    /// <inheritdoc/>
    public override bool ReadBool() => RawByte() != 0;

    /// <inheritdoc/>
    public override short ReadI16() => BinaryPrimitives.ReadInt16BigEndian(Raw(sizeof(short)));

    /// <inheritdoc/>
    public override int ReadI32() => RawI32();

    /// <inheritdoc/>
    public override long ReadI64() => BinaryPrimitives.ReadInt64BigEndian(Raw(sizeof(long)));

    /// <inheritdoc/>
    public override double ReadDouble() => BitConverter.Int64BitsToDouble(ReadI64());

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> ReadBytes() => Raw(ReadI32());

    /// <inheritdoc/>
    protected override int SmallestSize(ThriftType type) => type switch
    {
        ThriftType.Bool or ThriftType.Byte or ThriftType.Struct => 1,
        ThriftType.I16 => 2,
        ThriftType.I32 or ThriftType.String or ThriftType.Float => 4,
        ThriftType.List or ThriftType.Set => 5,
        ThriftType.Map => 6,
        ThriftType.I64 or ThriftType.Double => 8,
        _ => throw Malformed($"unknown type {(int)type}"),
    };
}
