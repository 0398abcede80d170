using System.Buffers.Binary;

namespace NebulaKeep.Nebula.Wal;

/// <summary>Writes the parts of a message into memory of sufficient size.</summary>
struct LogMessageWriter(int capacity)
{
    readonly byte[] buffer = new byte[capacity];
    int length;

    public readonly byte[] Written => length == buffer.Length ? buffer : buffer[..length];

    public void Byte(byte value) => buffer[length++] = value;

    public void Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(length), value);
        length += sizeof(long);
    }

    public void Count(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(length), value);
        length += sizeof(int);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Count(value.Length);
        value.CopyTo(buffer.AsSpan(length));
        length += value.Length;
    }

    public void Pair(LogChange change)
    {
        Bytes(change.Key.Span);
        Bytes(change.Value.Span);
    }

    public void Tagged(LogChange change)
    {
        Byte((byte)change.Kind);
        Pair(change);
    }
}
