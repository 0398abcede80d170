using System.Buffers.Binary;
using NebulaKeep.Thrift.Messages;

namespace NebulaKeep.Thrift.Protocol;

/// <summary>
/// fbthrift's compact protocol; reads version 2, and version 1 with its little-endian doubles (spec/graph-service.md §3.4).
/// </summary>
public sealed class CompactProtocolReader : ThriftReader
{
    const int MaxVarint32Bytes = 5;
    const int MaxVarint64Bytes = 10;
    readonly Stack<short> outerIds = new();
    short lastId;
    bool? pendingBool;
    bool littleEndianDoubles;

    /// <summary>Makes a reader of a whole frame or of a bare struct (then doubles are big endian, as daemons store them).</summary>
    public CompactProtocolReader(ReadOnlyMemory<byte> frame, ThriftLimits limits) : base(frame, limits) { }

    /// <inheritdoc/>
    public override ThriftMessage ReadMessageBegin()
    {
        if (RawByte() is var id && id != CompactTypes.ProtocolId) throw Malformed($"protocol id {id:x2} instead of compact");
        var word = RawByte();
        var version = word & CompactTypes.VersionMask;
        if (version is not (CompactTypes.LittleEndianDoublesVersion or CompactTypes.WrittenVersion))
            throw Malformed($"compact version {version}");
        littleEndianDoubles = version == CompactTypes.LittleEndianDoublesVersion;
        var type = ThriftMessage.CheckedType(word >> CompactTypes.TypeShift, this);
        var sequenceId = (int)Varint32();
        return new ThriftMessage(ReadString(), type, sequenceId);
    }

    /// <inheritdoc/>
    public override void ReadStructBegin()
    {
        base.ReadStructBegin();
        outerIds.Push(lastId);
        lastId = 0;
    }

    /// <inheritdoc/>
    public override void ReadStructEnd()
    {
        lastId = outerIds.Pop();
        base.ReadStructEnd();
    }

    /// <inheritdoc/>
    public override bool ReadFieldBegin(out ThriftType type, out short id)
    {
        var header = RawByte();
        type = TypeOf(header & 0x0f);
        id = 0;
        if (type == ThriftType.Stop) return header == 0 ? false : throw Malformed($"field header {header:x2}");
        var delta = header >> 4;
        id = delta == 0 ? ReadI16() : (short)(lastId + delta);
        lastId = id;
        if (type == ThriftType.Bool) pendingBool = (header & 0x0f) == CompactTypes.True;
        return true;
    }

    /// <inheritdoc/>
    public override (ThriftType Key, ThriftType Value, int Count) ReadMapBegin()
    {
        var count = (int)Varint32();
        if (count == 0) return (ThriftType.Stop, ThriftType.Stop, 0);
        var types = RawByte();
        var (key, value) = (ElementTypeOf(types >> 4), ElementTypeOf(types & 0x0f));
        return (key, value, CheckedCount(count, key, value));
    }

    /// <inheritdoc/>
    public override (ThriftType Element, int Count) ReadListBegin()
    {
        var header = RawByte();
        var shortCount = header >> 4;
        var count = shortCount == CompactTypes.LongListSize ? (int)Varint32() : shortCount;
        if (count == 0) return (ThriftType.Stop, 0);
        var element = ElementTypeOf(header & 0x0f);
        return (element, CheckedCount(count, element));
    }

    /// <inheritdoc/>
    public override bool ReadBool()
    {
        if (pendingBool is not { } value) return RawByte() == CompactTypes.True;
        pendingBool = null;
        return value;
    }

    /// <inheritdoc/>
    public override short ReadI16() =>
        ReadI32() is var value && value is >= short.MinValue and <= short.MaxValue ? (short)value
            : throw Malformed($"{value} is no 16-bit number");

    /// <inheritdoc/>
    public override int ReadI32() => Varint32() is var v ? (int)(v >> 1) ^ -(int)(v & 1) : 0;

    /// <inheritdoc/>
    public override long ReadI64() => Varint(MaxVarint64Bytes) is var v ? (long)(v >> 1) ^ -(long)(v & 1) : 0;

    /// <inheritdoc/>
    public override double ReadDouble()
    {
        var bytes = Raw(sizeof(double));
        return littleEndianDoubles ? BinaryPrimitives.ReadDoubleLittleEndian(bytes) : BinaryPrimitives.ReadDoubleBigEndian(bytes);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> ReadBytes() => Raw((int)Varint32());

    /// <inheritdoc/>
    protected override int SmallestSize(ThriftType type) => type switch
    {
        ThriftType.Double => 8,
        ThriftType.Float => 4,
        _ => 1,
    };

    ThriftType TypeOf(int nibble) => CompactTypes.FromNibble(nibble) ?? throw Malformed($"unknown type {nibble}");

    ThriftType ElementTypeOf(int nibble) =>
        TypeOf(nibble) is var type && type != ThriftType.Stop ? type : throw Malformed("elements without a type");

    uint Varint32() =>
        Varint(MaxVarint32Bytes) is var value && value <= uint.MaxValue ? (uint)value : throw Malformed("a number of more than 32 bits");

    ulong Varint(int maxBytes)
    {
        var value = 0UL;
        for (var i = 0; i < maxBytes; i++)
        {
            var part = RawByte();
            value |= (ulong)(part & 0x7f) << (7 * i);
            if (part < 0x80) return value;
        }
        throw Malformed($"a number of more than {maxBytes} bytes");
    }
}
