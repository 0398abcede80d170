using System.Buffers.Binary;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Frames;

/// <summary>fbthrift's THeader (spec/graph-service.md §3.2): magic, flags, sequence id, variable header, payload.</summary>
static class HeaderFrame
{
    internal const ushort Magic = 0x0fff;
    internal const int BinaryProtocol = 0;
    internal const int CompactProtocol = 2;

    /// <summary>The bytes before the payload in frames that we write, without the frame's length: one word of variable header.</summary>
    internal const int WrittenBytes = FixedBytes + WordBytes;

    const int FixedBytes = 10;
    const int WordBytes = 4;
    const int MaxVarintBytes = 5;

    /// <summary>Reads the header. Info blocks (client metadata and the like) are ignored.</summary>
    /// <exception cref="ThriftProtocolException">The header is cut, or names an unknown protocol.</exception>
    internal static (FrameFormat Format, int Transforms, ReadOnlyMemory<byte> Payload) Parse(ReadOnlyMemory<byte> frame)
    {
        var bytes = frame.Span;
        if (bytes.Length < FixedBytes) throw new ThriftProtocolException($"a THeader frame of {bytes.Length} bytes");
        var flags = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        var sequenceId = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        var end = FixedBytes + (BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]) * WordBytes);
        if (end > bytes.Length) throw new ThriftProtocolException($"a THeader of {end} bytes in a frame of {bytes.Length}");
        var variable = bytes[FixedBytes..end];
        var protocol = TakeVarint(ref variable);
        var transforms = (int)TakeVarint(ref variable);
        var wire = protocol switch
        {
            BinaryProtocol => ThriftWire.HeaderBinary,
            CompactProtocol => ThriftWire.HeaderCompact,
            _ => throw new ThriftProtocolException($"THeader protocol {protocol} is unknown"),
        };
        return (new FrameFormat(wire, flags, sequenceId), transforms, frame[end..]);
    }

    /// <summary>Fills the <see cref="WrittenBytes"/> before a payload: no transforms, no info blocks.</summary>
    internal static void Fill(Span<byte> target, FrameFormat format)
    {
        target.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(target, Magic);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], format.Flags);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], format.HeaderSequenceId);
        BinaryPrimitives.WriteUInt16BigEndian(target[8..], 1);
        target[FixedBytes] = (byte)(format.IsCompact ? CompactProtocol : BinaryProtocol);
    }

    static uint TakeVarint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var i = 0; i < MaxVarintBytes && i < bytes.Length; i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] >= 0x80) continue;
            bytes = bytes[(i + 1)..];
            return value <= int.MaxValue ? (uint)value : throw new ThriftProtocolException("a number in a THeader is too large");
        }
        throw new ThriftProtocolException("a number in a THeader has no end");
    }
}
