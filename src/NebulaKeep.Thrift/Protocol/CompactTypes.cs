namespace NebulaKeep.Thrift.Protocol;

/// <summary>The compact protocol's type nibbles and constants (spec/row-format.md §7.1, spec/graph-service.md §3.4).</summary>
static class CompactTypes
{
    internal const byte ProtocolId = 0x82;
    internal const int WrittenVersion = 2;
    internal const int LittleEndianDoublesVersion = 1;
    internal const int VersionMask = 0x1f;
    internal const int TypeShift = 5;
    internal const byte True = 1;
    internal const byte False = 2;
    internal const int LongListSize = 15;

    static readonly ThriftType[] ByNibble =
    [
        ThriftType.Stop, ThriftType.Bool, ThriftType.Bool, ThriftType.Byte, ThriftType.I16, ThriftType.I32, ThriftType.I64,
        ThriftType.Double, ThriftType.String, ThriftType.List, ThriftType.Set, ThriftType.Map, ThriftType.Struct, ThriftType.Float,
    ];

    /// <summary>Null for a nibble that means nothing.</summary>
    internal static ThriftType? FromNibble(int nibble) => nibble < ByNibble.Length ? ByNibble[nibble] : null;

    /// <summary>For <see cref="ThriftType.Bool"/> the nibble is that of true; it stands for bools in lists and maps.</summary>
    internal static byte ToNibble(ThriftType type) => (byte)Array.IndexOf(ByNibble, type);
}
