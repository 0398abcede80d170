namespace NebulaKeep.Thrift.Protocol;

/// <summary>
/// Wire types as the binary protocol numbers them (spec/meta-thrift.md §2.2). <c>binary</c> is <see cref="String"/>, enums are <see
/// cref="I32"/>.
/// </summary>
public enum ThriftType : byte
{
    /// <summary>End of a struct.</summary>
    Stop = 0,

    /// <summary>One byte, 0 or 1.</summary>
    Bool = 2,

    /// <summary>Signed 8 bits.</summary>
    Byte = 3,

    /// <summary>IEEE 754, 64 bits.</summary>
    Double = 4,

    /// <summary>Signed 16 bits.</summary>
    I16 = 6,

    /// <summary>Signed 32 bits.</summary>
    I32 = 8,

    /// <summary>Signed 64 bits.</summary>
    I64 = 10,

    /// <summary>Bytes with a length, text or not.</summary>
    String = 11,

    /// <summary>Struct, union or exception.</summary>
    Struct = 12,

    /// <summary>Map.</summary>
    Map = 13,

    /// <summary>Set.</summary>
    Set = 14,

    /// <summary>List.</summary>
    List = 15,

    /// <summary>IEEE 754, 32 bits; fbthrift only, no message of NebulaGraph uses it.</summary>
    Float = 19,
}
