using System.Buffers.Binary;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Frames;

/// <summary>Reads length-prefixed frames from a stream.</summary>
static class FrameReader
{
    internal const int LengthBytes = 4;
    const int FirstBuffer = 64 * 1024;

    /// <summary>Reads the four bytes of a length; null at the end of the stream.</summary>
    /// <exception cref="EndOfStreamException">The stream ends within them.</exception>
    internal static async Task<byte[]?> ReadLengthAsync(Stream stream, CancellationToken cancellationToken)
    {
        var length = new byte[LengthBytes];
        var read = await stream.ReadAtLeastAsync(length, LengthBytes, throwOnEndOfStream: false, cancellationToken);
        return read switch
        {
            0 => null,
            LengthBytes => length,
            _ => throw new EndOfStreamException("the connection ended within a frame's length"),
        };
    }

    /// <summary>Reads the body of a frame. Memory grows with the bytes that arrive, never to the length a peer merely declares.</summary>
    /// <exception cref="ThriftProtocolException">The length is above the limit.</exception>
    /// <exception cref="EndOfStreamException">The stream ends within the body.</exception>
    internal static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(Stream stream, byte[] length, int maxBytes,
        CancellationToken cancellationToken)
    {
        var declared = BinaryPrimitives.ReadUInt32BigEndian(length);
        if (declared > (uint)maxBytes) throw new ThriftProtocolException($"a frame of {declared} bytes is above the limit of {maxBytes}");
        var buffer = new byte[Math.Min((int)declared, FirstBuffer)];
        var filled = 0;
        while (true)
        {
            await stream.ReadExactlyAsync(buffer.AsMemory(filled), cancellationToken);
            filled = buffer.Length;
            if (filled == declared) return buffer;
            Array.Resize(ref buffer, (int)Math.Min(declared, 2L * filled));
        }
    }
}
