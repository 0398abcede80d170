using System.Buffers;
using System.Buffers.Binary;
using NebulaKeep.Thrift.Messages;

namespace NebulaKeep.Thrift.Protocol;

/// <summary>
/// fbthrift's compact protocol, version 2: big-endian doubles, unlike Apache Thrift's (spec/row-format.md §7.1).
/// Stored values of metad are bare structs of it.
/// </summary>
public sealed class CompactProtocolWriter : ThriftWriter
{
    const int MaxVarintBytes = 10;
    readonly Stack<short> outerIds = new();
    short lastId;

    // A bool field's value is the type nibble of its header, so the header waits for the value.
    short? pendingBoolId;

    /// <summary>Makes a writer into memory of its own.</summary>
    public CompactProtocolWriter() : this(new ArrayBufferWriter<byte>()) { }

    /// <summary>Makes a writer that appends.</summary>
    public CompactProtocolWriter(ArrayBufferWriter<byte> output) : base(output) { }

    /// <inheritdoc/>
    public override void WriteMessageBegin(ThriftMessage message)
    {
        Raw(CompactTypes.ProtocolId);
        Raw((byte)(((int)message.Type << CompactTypes.TypeShift) | CompactTypes.WrittenVersion));
        Varint((uint)message.SequenceId);
        WriteString(message.Name);
    }

    /// <inheritdoc/>
    public override void WriteStructBegin()
    {
        outerIds.Push(lastId);
        lastId = 0;
    }

    /// <inheritdoc/>
    public override void WriteStructEnd()
    {
        Raw((byte)ThriftType.Stop);
        lastId = outerIds.Pop();
    }

    /// <inheritdoc/>
    public override void WriteFieldBegin(ThriftType type, short id)
    {
        if (type == ThriftType.Bool) pendingBoolId = id;
        else FieldHeader(CompactTypes.ToNibble(type), id);
    }

    /// <inheritdoc/>
    public override void WriteMapBegin(ThriftType key, ThriftType value, int count)
    {
        Varint((uint)count);
        if (count > 0) Raw((byte)((CompactTypes.ToNibble(key) << 4) | CompactTypes.ToNibble(value)));
    }

    /// <inheritdoc/>
    public override void WriteListBegin(ThriftType element, int count)
    {
        var nibble = CompactTypes.ToNibble(element);
        if ((uint)count < CompactTypes.LongListSize)
        {
            Raw((byte)((count << 4) | nibble));
            return;
        }
        Raw((byte)((CompactTypes.LongListSize << 4) | nibble));
        Varint((uint)count);
    }

    /// <inheritdoc/>
    public override void WriteBool(bool value)
    {
        var nibble = value ? CompactTypes.True : CompactTypes.False;
        if (pendingBoolId is { } id) FieldHeader(nibble, id);
        else Raw(nibble);
        pendingBoolId = null;
    }

    /// <inheritdoc/>
    public override void WriteByte(sbyte value) => Raw((byte)value);

    /// <inheritdoc/>
    public override void WriteI16(short value) => WriteI32(value);

    /// <inheritdoc/>
    public override void WriteI32(int value) => Varint((uint)((value << 1) ^ (value >> 31)));

    /// <inheritdoc/>
    public override void WriteI64(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    /// <inheritdoc/>
    public override void WriteDouble(double value)
    {
        BinaryPrimitives.WriteDoubleBigEndian(Output.GetSpan(sizeof(double)), value);
        Output.Advance(sizeof(double));
    }

    /// <inheritdoc/>
    public override void WriteBinary(ReadOnlySpan<byte> value)
    {
        Varint((uint)value.Length);
        Raw(value);
    }

    void FieldHeader(byte nibble, short id)
    {
        var delta = id - lastId;
        if (delta is >= 1 and <= 15)
        {
            Raw((byte)((delta << 4) | nibble));
        }
        else
        {
            Raw(nibble);
            WriteI16(id);
        }
        lastId = id;
    }

    void Varint(ulong value)
    {
        var span = Output.GetSpan(MaxVarintBytes);
        var length = 0;
        for (; value > 0x7f; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        Output.Advance(length);
    }
}
