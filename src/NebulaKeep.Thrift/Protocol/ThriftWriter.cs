using System.Buffers;
using System.Text;
using NebulaKeep.Thrift.Messages;

namespace NebulaKeep.Thrift.Protocol;

/// <summary>
/// Writes values in one protocol into memory. Structs are written in ascending order of fields and maps in ascending order of keys,
/// so that equal values give equal bytes.
/// </summary>
public abstract class ThriftWriter
{
    static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Makes a writer that appends to <paramref name="output"/>.</summary>
    protected ThriftWriter(ArrayBufferWriter<byte> output) => Output = output;

    /// <summary>What has been written.</summary>
    public ReadOnlyMemory<byte> Written => Output.WrittenMemory;

    /// <summary>Where bytes go.</summary>
    protected ArrayBufferWriter<byte> Output { get; }

    /// <summary>Writes the envelope of a message; the args or result struct follows.</summary>
    public abstract void WriteMessageBegin(ThriftMessage message);

    /// <summary>Begins a struct.</summary>
    public abstract void WriteStructBegin();

    /// <summary>Ends a struct with its stop byte.</summary>
    public abstract void WriteStructEnd();

    /// <summary>Begins a field; exactly one value of <paramref name="type"/> must follow.</summary>
    public abstract void WriteFieldBegin(ThriftType type, short id);

    /// <summary>Begins a map of <paramref name="count"/> pairs.</summary>
    public abstract void WriteMapBegin(ThriftType key, ThriftType value, int count);

    /// <summary>Begins a list of <paramref name="count"/> elements.</summary>
    public abstract void WriteListBegin(ThriftType element, int count);

    /// <summary>Begins a set; on the wire it looks like a list.</summary>
    public virtual void WriteSetBegin(ThriftType element, int count) => WriteListBegin(element, count);

    /// <summary>Writes a bool.</summary>
    public abstract void WriteBool(bool value);

    /// <summary>Writes a signed byte.</summary>
    public abstract void WriteByte(sbyte value);

    /// <summary>Writes an i16.</summary>
    public abstract void WriteI16(short value);

    /// <summary>Writes an i32 or an enum.</summary>
    public abstract void WriteI32(int value);

    /// <summary>Writes an i64.</summary>
    public abstract void WriteI64(long value);

    /// <summary>Writes a double.</summary>
    public abstract void WriteDouble(double value);

    /// <summary>Writes bytes with their length.</summary>
    public abstract void WriteBinary(ReadOnlySpan<byte> value);

    /// <summary>Writes text as UTF-8.</summary>
    /// <exception cref="ThriftProtocolException">The text holds half of a surrogate pair.</exception>
    public void WriteString(string value)
    {
        try
        {
            WriteBinary(StrictUtf8.GetBytes(value));
        }
        catch (EncoderFallbackException e)
        {
            throw new ThriftProtocolException("a text to be sent holds half of a surrogate pair and has no UTF-8 form", e);
        }
    }

    /// <summary>Appends one byte.</summary>
    protected void Raw(byte value)
    {
        Output.GetSpan(1)[0] = value;
        Output.Advance(1);
    }

    /// <summary>Appends bytes.</summary>
    protected void Raw(ReadOnlySpan<byte> value) => Output.Write(value);
}
