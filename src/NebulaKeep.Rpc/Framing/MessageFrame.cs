using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace NebulaKeep.Rpc.Framing;

/// <summary>
/// One length-prefixed message: a flag byte (1 = compressed), a big-endian length, the protobuf bytes.
/// </summary>
static class MessageFrame
{
    /// <summary>Flag and length.</summary>
    public const int HeaderSize = 5;

    /// <summary>The frame of a message, never compressed.</summary>
    public static byte[] Encode(IMessage message)
    {
        var size = message.CalculateSize();
        var frame = new byte[HeaderSize + size];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)size);
        message.WriteTo(frame.AsSpan(HeaderSize));
        return frame;
    }

    /// <summary>Reads the next message, or null at the clean end of the stream. The length is checked before memory is taken.</summary>
    /// <exception cref="GrpcStatusException">Compressed, longer than <paramref name="maxBytes"/>, cut, or no protobuf.</exception>
    public static async ValueTask<T?> ReadAsync<T>(Stream stream, MessageParser<T> parser, int maxBytes, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        var header = new byte[HeaderSize];
        var got = await stream.ReadAtLeastAsync(header, HeaderSize, throwOnEndOfStream: false, cancellationToken);
        if (got == 0) return null;
        if (got < HeaderSize) throw Cut();
        return await ReadBodyAsync(stream, parser, CheckedLength(header, maxBytes), cancellationToken);
    }

    static int CheckedLength(ReadOnlySpan<byte> header, int maxBytes)
    {
        if (header[0] != 0)
            throw new GrpcStatusException(GrpcStatusCode.Unimplemented, "the message is compressed; send it with grpc-encoding identity");
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > (uint)maxBytes)
            throw new GrpcStatusException(GrpcStatusCode.ResourceExhausted, $"a message of {length} bytes is longer than the limit of {maxBytes} bytes; split the request");
        return (int)length;
    }

    static async ValueTask<T> ReadBodyAsync<T>(Stream stream, MessageParser<T> parser, int length, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var got = await stream.ReadAtLeastAsync(buffer.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken);
            if (got < length) throw Cut();
            return parser.ParseFrom(buffer, 0, length);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new GrpcStatusException(GrpcStatusCode.Internal, $"the message is no valid {typeof(T).Name}: {e.Message}", e);
        }
        finally
        {
            // Requests carry the store's keys: the next renter must not find them.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    static GrpcStatusException Cut() => new(GrpcStatusCode.Unavailable, "the connection ended in the middle of a message");
}
