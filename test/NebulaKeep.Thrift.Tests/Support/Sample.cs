using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Tests.Support;

/// <summary>A struct with a field of every type, and children of itself.</summary>
sealed record Sample : IThriftStruct<Sample>
{
    public bool Flag { get; init; }
    public sbyte Small { get; init; }
    public short Short { get; init; }
    public int Int { get; init; }
    public long Long { get; init; }
    public double Double { get; init; }
    public string Text { get; init; } = "";
    public byte[] Bytes { get; init; } = [];
    public IReadOnlyList<Sample> Children { get; init; } = [];
    public IReadOnlyList<bool> Flags { get; init; } = [];
    public IReadOnlyDictionary<string, long> Map { get; init; } = new Dictionary<string, long>();
    public IReadOnlyDictionary<byte[], bool> BinaryMap { get; init; } = new Dictionary<byte[], bool>();

    internal static ThriftMethod<Sample, Sample> Echo { get; } = ThriftMethod.Of<Sample, Sample>("echo");

    internal static ThriftMethod<Sample, ThriftNothing> Tell { get; } = ThriftMethod.Oneway<Sample>("tell");

    public static Sample Read(ThriftReader reader)
    {
        var sample = new Sample();
        reader.ReadStructBegin();
        while (reader.ReadFieldBegin(out var type, out var id))
        {
            switch (id, type)
            {
                case (1, ThriftType.Bool): sample = sample with { Flag = reader.ReadBool() }; break;
                case (2, ThriftType.Byte): sample = sample with { Small = reader.ReadByte() }; break;
                case (3, ThriftType.I16): sample = sample with { Short = reader.ReadI16() }; break;
                case (4, ThriftType.I32): sample = sample with { Int = reader.ReadI32() }; break;
                case (5, ThriftType.I64): sample = sample with { Long = reader.ReadI64() }; break;
                case (6, ThriftType.Double): sample = sample with { Double = reader.ReadDouble() }; break;
                case (7, ThriftType.String): sample = sample with { Text = reader.ReadString() }; break;
                case (40, ThriftType.String): sample = sample with { Bytes = reader.ReadBinary() }; break;
                case (41, ThriftType.List): sample = sample with { Children = reader.ReadList(ThriftType.Struct, Read) }; break;
                case (42, ThriftType.Set): sample = sample with { Flags = reader.ReadList(ThriftType.Bool, static r =>
                    r.ReadBool()) }; break;
                case (43, ThriftType.Map):
                    sample = sample with { Map = reader.ReadMap(ThriftType.String, ThriftType.I64, static r => r.ReadString(), static r =>
                        r.ReadI64()) };
                    break;
                case (1000, ThriftType.Map):
                    sample = sample with { BinaryMap = reader.ReadMap(ThriftType.String, ThriftType.Bool, static r => r.ReadBinary(),
                        static r => r.ReadBool()) };
                    break;
                default: reader.Skip(type); break;
            }
        }
        reader.ReadStructEnd();
        return sample;
    }

    public void Write(ThriftWriter writer)
    {
        writer.WriteStructBegin();
        writer.WriteFieldBegin(ThriftType.Bool, 1);
        writer.WriteBool(Flag);
        writer.WriteFieldBegin(ThriftType.Byte, 2);
        writer.WriteByte(Small);
        writer.WriteFieldBegin(ThriftType.I16, 3);
        writer.WriteI16(Short);
        writer.WriteFieldBegin(ThriftType.I32, 4);
        writer.WriteI32(Int);
        writer.WriteFieldBegin(ThriftType.I64, 5);
        writer.WriteI64(Long);
        writer.WriteFieldBegin(ThriftType.Double, 6);
        writer.WriteDouble(Double);
        writer.WriteFieldBegin(ThriftType.String, 7);
        writer.WriteString(Text);
        writer.WriteFieldBegin(ThriftType.String, 40);
        writer.WriteBinary(Bytes);
        writer.WriteFieldBegin(ThriftType.List, 41);
        writer.WriteListBegin(ThriftType.Struct, Children.Count);
        foreach (var child in Children) child.Write(writer);
        writer.WriteFieldBegin(ThriftType.Set, 42);
        writer.WriteSetBegin(ThriftType.Bool, Flags.Count);
        foreach (var flag in Flags) writer.WriteBool(flag);
        writer.WriteFieldBegin(ThriftType.Map, 43);
        writer.WriteMapBegin(ThriftType.String, ThriftType.I64, Map.Count);
        foreach (var (key, value) in Map.InKeyOrder())
        {
            writer.WriteString(key);
            writer.WriteI64(value);
        }
        writer.WriteFieldBegin(ThriftType.Map, 1000);
        writer.WriteMapBegin(ThriftType.String, ThriftType.Bool, BinaryMap.Count);
        foreach (var (key, value) in BinaryMap.InKeyOrder())
        {
            writer.WriteBinary(key);
            writer.WriteBool(value);
        }
        writer.WriteStructEnd();
    }

    public bool Equals(Sample? other) =>
        other is not null && Flag == other.Flag && Small == other.Small && Short == other.Short && Int == other.Int && Long == other.Long &&
        Double.Equals(other.Double) && Text == other.Text && ThriftEquality.Same(Bytes, other.Bytes)
            && ThriftEquality.Same(Children, other.Children) &&
        ThriftEquality.Same(Flags, other.Flags) && ThriftEquality.Same(Map, other.Map) &&
        BinaryMap.InKeyOrder().SelectMany(p => p.Key.Append((byte)(p.Value ? 1
            : 0))).SequenceEqual(other.BinaryMap.InKeyOrder().SelectMany(p => p.Key.Append((byte)(p.Value ? 1 : 0))));

    public override int GetHashCode() => HashCode.Combine(Flag, Int, Long, Text);
}
