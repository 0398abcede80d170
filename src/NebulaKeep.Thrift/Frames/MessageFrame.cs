using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Frames;

/// <summary>Whole frames: how messages are put into them, and how a frame tells what it holds.</summary>
static class MessageFrame
{
    /// <summary>A frame with its length, ready to be sent.</summary>
    internal static ReadOnlyMemory<byte> Encode(FrameFormat format, ThriftMessage message, Action<ThriftWriter> writeBody)
    {
        var output = new ArrayBufferWriter<byte>();
        var headerBytes = format.HasHeader ? HeaderFrame.WrittenBytes : 0;
        output.Write(stackalloc byte[FrameReader.LengthBytes + headerBytes]); // filled in below, when the length is known
        ThriftWriter writer = format.IsCompact ? new CompactProtocolWriter(output) : new BinaryProtocolWriter(output);
        writer.WriteMessageBegin(message);
        writeBody(writer);
        var frame = MemoryMarshal.AsMemory(output.WrittenMemory).Span;
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - FrameReader.LengthBytes);
        if (format.HasHeader) HeaderFrame.Fill(frame.Slice(FrameReader.LengthBytes, headerBytes), format);
        return output.WrittenMemory;
    }

    /// <summary>Recognises a frame's format and gives a reader that stands at the message's envelope.</summary>
    /// <exception cref="ThriftProtocolException">The frame is none of <see cref="ThriftWire"/>.</exception>
    internal static OpenedFrame Open(ReadOnlyMemory<byte> frame, ThriftLimits limits)
    {
        var first = frame.Span;
        if (first is [0x80, 0x01, ..]) return Opened(new FrameFormat(ThriftWire.FramedBinary), 0, frame, limits);
        if (first is [CompactTypes.ProtocolId, ..]) return Opened(new FrameFormat(ThriftWire.FramedCompact), 0, frame, limits);
        if (first is not [HeaderFrame.Magic >> 8, HeaderFrame.Magic & 0xff, ..])
            throw new ThriftProtocolException("a frame that is neither binary, compact nor THeader");
        var (format, transforms, payload) = HeaderFrame.Parse(frame);
        return Opened(format, transforms, payload, limits);
    }

    static OpenedFrame Opened(FrameFormat format, int transforms, ReadOnlyMemory<byte> message, ThriftLimits limits) =>
        new(format, transforms, format.IsCompact ? new CompactProtocolReader(message, limits) : new BinaryProtocolReader(message, limits));
}

/// <summary>A frame that was recognised.</summary>
/// <param name="Format">How to answer.</param>
/// <param name="Transforms">How many transforms (compression) lie over the payload; with any the reader would read garbage.</param>
/// <param name="Reader">Stands at the envelope.</param>
readonly record struct OpenedFrame(FrameFormat Format, int Transforms, ThriftReader Reader);
