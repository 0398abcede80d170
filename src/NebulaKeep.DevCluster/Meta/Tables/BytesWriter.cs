using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Meta.Tables;

/// <summary>Puts keys and values of metad's tables together: integers little-endian, lengths as u64 (spec/cluster-layout.md §6).</summary>
sealed class BytesWriter
{
    readonly ArrayBufferWriter<byte> bytes = new();

    public static BytesWriter For(string table) => new BytesWriter().Ascii(table);

    public byte[] ToArray() => bytes.WrittenSpan.ToArray();

    public BytesWriter Ascii(string text) => Raw(Encoding.UTF8.GetBytes(text));

    public BytesWriter Raw(ReadOnlySpan<byte> value)
    {
        bytes.Write(value);
        return this;
    }

    public BytesWriter Byte(byte value) => Raw([value]);

    public BytesWriter Int32(int value)
    {
        Span<byte> buffer = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(buffer, value);
        return Raw(buffer);
    }

    public BytesWriter Int64(long value)
    {
        Span<byte> buffer = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(buffer, value);
        return Raw(buffer);
    }

    /// <summary>u64 length, then the bytes.</summary>
    public BytesWriter Sized(ReadOnlySpan<byte> value) => Int64(value.Length).Raw(value);

    /// <summary>H(host, port) of spec/cluster-layout.md §6: u64 length, host, i32 port.</summary>
    public BytesWriter Host(HostAddress host) => Sized(Encoding.UTF8.GetBytes(host.Host)).Int32(host.Port);

    /// <summary>u64 length of H, then H.</summary>
    public BytesWriter SizedHost(HostAddress host) => Sized(new BytesWriter().Host(host).ToArray());
}
