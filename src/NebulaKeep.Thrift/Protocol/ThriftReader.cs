using System.Buffers.Binary;
using System.Text;
using NebulaKeep.Thrift.Messages;

namespace NebulaKeep.Thrift.Protocol;

/// <summary>
/// Reads values of one protocol out of a whole frame in memory. Every length is compared with the bytes that are left before anything
/// is allocated; depth and the number of elements are limited. Throws <see cref="ThriftProtocolException"/> and nothing else.
/// </summary>
public abstract class ThriftReader
{
    static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    readonly ReadOnlyMemory<byte> frame;
    readonly ThriftLimits limits;
    int depth;
    int elements;

    /// <summary>Makes a reader that starts at the beginning of <paramref name="frame"/>.</summary>
    protected ThriftReader(ReadOnlyMemory<byte> frame, ThriftLimits limits)
    {
        this.frame = frame;
        this.limits = limits;
    }

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes not read yet.</summary>
    public int Remaining => frame.Length - Position;

    /// <summary>Reads the envelope of a message.</summary>
    public abstract ThriftMessage ReadMessageBegin();

    /// <summary>Begins a struct; every call must be matched by <see cref="ReadStructEnd"/>.</summary>
    public virtual void ReadStructBegin() => Enter();

    /// <summary>Ends a struct.</summary>
    public virtual void ReadStructEnd() => Leave();

    /// <summary>Reads the header of the next field; false at the struct's end.</summary>
    public abstract bool ReadFieldBegin(out ThriftType type, out short id);

    /// <summary>Reads the head of a map: its types (Stop for an empty compact one) and the number of pairs.</summary>
    public abstract (ThriftType Key, ThriftType Value, int Count) ReadMapBegin();

    /// <summary>Reads the head of a list or set.</summary>
    public abstract (ThriftType Element, int Count) ReadListBegin();

    /// <summary>Reads a bool.</summary>
    public abstract bool ReadBool();

    /// <summary>Reads a signed byte.</summary>
    public sbyte ReadByte() => (sbyte)RawByte();

    /// <summary>Reads an i16.</summary>
    public abstract short ReadI16();

    /// <summary>Reads an i32.</summary>
    public abstract int ReadI32();

    /// <summary>Reads an i64.</summary>
    public abstract long ReadI64();

    /// <summary>Reads a double.</summary>
    public abstract double ReadDouble();

    /// <summary>Reads bytes with their length; the span lives as long as the frame.</summary>
    public abstract ReadOnlySpan<byte> ReadBytes();

    /// <summary>Bytes a value of this type takes at least.</summary>
    protected abstract int SmallestSize(ThriftType type);

    /// <summary>Reads bytes into an array of their own.</summary>
    public byte[] ReadBinary() => ReadBytes().ToArray();

    /// <summary>Reads text. Bytes that are not UTF-8 are an error: replaced characters would name another file or host.</summary>
    public string ReadString()
    {
        var at = Position;
        try
        {
            return StrictUtf8.GetString(ReadBytes());
        }
        catch (DecoderFallbackException e)
        {
            throw new ThriftProtocolException($"the text at offset {at} is not UTF-8", e);
        }
    }

    /// <summary>
    /// Reads text made for people. Servers cut messages at 255 bytes, maybe within a character (spec/graph-service.md §6),
    /// so what is not UTF-8 becomes U+FFFD.
    /// </summary>
    public string ReadLossyString() => Encoding.UTF8.GetString(ReadBytes());

    /// <summary>Reads a struct.</summary>
    public T ReadStruct<T>() where T : IThriftStruct<T> => T.Read(this);

    /// <summary>Reads a list.</summary>
    public IReadOnlyList<T> ReadList<T>(ThriftType element, Func<ThriftReader, T> read)
    {
        Enter();
        var (actual, count) = ReadListBegin();
        Expect(count, element, actual);
        if (count == 0)
        {
            Leave();
            return [];
        }
        var items = new List<T>(Math.Min(count, 4096));
        for (var i = 0; i < count; i++) items.Add(read(this));
        Leave();
        return items;
    }

    /// <summary>Reads a map; of equal keys the last wins, as with the servers' own libraries.</summary>
    public IReadOnlyDictionary<TKey, TValue> ReadMap<TKey, TValue>(
        ThriftType key, ThriftType value, Func<ThriftReader, TKey> readKey, Func<ThriftReader, TValue> readValue)
        where TKey : notnull
    {
        Enter();
        var (actualKey, actualValue, count) = ReadMapBegin();
        Expect(count, key, actualKey);
        Expect(count, value, actualValue);
        var map = new Dictionary<TKey, TValue>(Math.Min(count, 1024), ThriftMaps.EqualityOf<TKey>());
        for (var i = 0; i < count; i++)
        {
            var name = readKey(this);
            map[name] = readValue(this);
        }
        Leave();
        return map;
    }

    /// <summary>Reads a value that nobody asked for and forgets it.</summary>
    public void Skip(ThriftType type)
    {
        switch (type)
        {
            case ThriftType.Bool: ReadBool(); break;
            case ThriftType.Byte: ReadByte(); break;
            case ThriftType.I16: ReadI16(); break;
            case ThriftType.I32: ReadI32(); break;
            case ThriftType.I64: ReadI64(); break;
            case ThriftType.Double: ReadDouble(); break;
            case ThriftType.Float: Raw(sizeof(float)); break;
            case ThriftType.String: ReadBytes(); break;
            case ThriftType.Struct: SkipStruct(); break;
            case ThriftType.Map: SkipMap(); break;
            case ThriftType.Set or ThriftType.List: SkipList(); break;
            default: throw Malformed($"unknown type {(int)type}");
        }
    }

    /// <summary>The error to throw for bytes that make no sense here.</summary>
    public ThriftProtocolException Malformed(string what) =>
        new($"malformed Thrift message: {what} at offset {Position} of {frame.Length} bytes");

    /// <summary>Takes one byte.</summary>
    protected byte RawByte()
    {
        if (Remaining < 1) throw Truncated(1);
        return frame.Span[Position++];
    }

    /// <summary>Takes bytes.</summary>
    protected ReadOnlySpan<byte> Raw(int count)
    {
        if (count < 0 || count > Remaining) throw Truncated(count);
        var bytes = frame.Span.Slice(Position, count);
        Position += count;
        return bytes;
    }

    /// <summary>Takes a big-endian i32.</summary>
    protected int RawI32() => BinaryPrimitives.ReadInt32BigEndian(Raw(sizeof(int)));

    /// <summary>Refuses a count that the rest of the frame cannot hold, before anything is allocated for it.</summary>
    protected int CheckedCount(int count, params ReadOnlySpan<ThriftType> types)
    {
        var smallest = 0;
        foreach (var type in types) smallest += SmallestSize(type);
        if (count < 0 || (long)count * smallest > Remaining) throw Malformed($"{count} elements where {Remaining} bytes are left");
        elements += count;
        if (elements > limits.MaxElements) throw Malformed($"more than {limits.MaxElements} elements in one message");
        return count;
    }

    void Enter()
    {
        if (++depth > limits.MaxDepth) throw Malformed($"more than {limits.MaxDepth} levels of nesting");
    }

    void Leave() => depth--;

    void Expect(int count, ThriftType expected, ThriftType actual)
    {
        if (count > 0 && expected != actual) throw Malformed($"elements of type {actual} where {expected} is declared");
    }

    void SkipStruct()
    {
        ReadStructBegin();
        while (ReadFieldBegin(out var type, out _)) Skip(type);
        ReadStructEnd();
    }

    void SkipMap()
    {
        Enter();
        var (key, value, count) = ReadMapBegin();
        for (var i = 0; i < count; i++)
        {
            Skip(key);
            Skip(value);
        }
        Leave();
    }

    void SkipList()
    {
        Enter();
        var (element, count) = ReadListBegin();
        for (var i = 0; i < count; i++) Skip(element);
        Leave();
    }

    ThriftProtocolException Truncated(int wanted) => Malformed($"{wanted} bytes wanted, {Remaining} left");
}
