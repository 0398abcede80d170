using System.Buffers.Binary;
using System.Text;
using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Meta.Tables;

/// <summary>Takes keys and values of metad's tables apart; a record that is too short is <see cref="CorruptRecordException"/>.</summary>
ref struct BytesReader(ReadOnlySpan<byte> bytes)
{
    ReadOnlySpan<byte> rest = bytes;

    public readonly bool AtEnd => rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > rest.Length) throw new CorruptRecordException($"{count} bytes are expected, {rest.Length} are left");
        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }

    public ReadOnlySpan<byte> Sized() => Take(Int64());

    public string Rest() => Encoding.UTF8.GetString(Take(rest.Length));

    public string Text(int length) => Encoding.UTF8.GetString(Take(length));

    public HostAddress Host()
    {
        var host = Encoding.UTF8.GetString(Sized());
        return new HostAddress(host, Int32());
    }
}

/// <summary>A record of metad's store that has not the form of spec/cluster-layout.md §6.</summary>
public sealed class CorruptRecordException(string message) : NebulaKeepException("a record of metad's tables is broken: " + message);
