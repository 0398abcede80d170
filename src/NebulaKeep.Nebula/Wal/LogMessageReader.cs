using System.Buffers.Binary;

namespace NebulaKeep.Nebula.Wal;

/// <summary>Reads the parts of a message; every length is checked against what is left before anything is taken.</summary>
sealed class LogMessageReader(ReadOnlyMemory<byte> rest)
{
    ReadOnlyMemory<byte> rest = rest;

    public byte Byte() => Take(1).Span[0];

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)).Span);

    public ReadOnlyMemory<byte> Bytes() => Take(Length());

    public List<LogChange> Pairs(LogChangeKind kind)
    {
        var count = Count(sizeof(int));
        if (count % 2 != 0) throw Broken($"{count} is no number of keys and values");
        var changes = new List<LogChange>(count / 2);
        for (var i = 0; i < count / 2; i++) changes.Add(new LogChange(kind, Bytes(), Bytes()));
        return changes;
    }

    public List<LogChange> Keys()
    {
        var count = Count(sizeof(int));
        var changes = new List<LogChange>(count);
        for (var i = 0; i < count; i++) changes.Add(new LogChange(LogChangeKind.Remove, Bytes()));
        return changes;
    }

    public List<LogChange> Tagged()
    {
        var count = Count(1 + (2 * sizeof(int)));
        var changes = new List<LogChange>(count);
        for (var i = 0; i < count; i++) changes.Add(new LogChange(Kind(), Bytes(), Bytes()));
        return changes;
    }

    LogChangeKind Kind()
    {
        var kind = (LogChangeKind)Byte();
        return Enum.IsDefined(kind) ? kind : throw Broken($"a batch has the unknown operation {(byte)kind}");
    }

    /// <summary>A number of things of which each takes at least so many bytes.</summary>
    int Count(int leastBytesEach)
    {
        var count = Length();
        return count <= rest.Length / leastBytesEach ? count : throw Broken($"{count} parts do not fit into {rest.Length} bytes");
    }

    int Length()
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)).Span);
        return length >= 0 ? length : throw Broken($"the length {length} is negative");
    }

    ReadOnlyMemory<byte> Take(int length)
    {
        if (length > rest.Length) throw Broken($"{length} bytes are wanted where {rest.Length} are left");
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    static WalException Broken(string what) => new($"A log message is broken: {what}");
}
