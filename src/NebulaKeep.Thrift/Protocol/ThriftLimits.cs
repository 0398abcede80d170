namespace NebulaKeep.Thrift.Protocol;

/// <summary>What a peer may make us hold. Checked before memory is taken.</summary>
public sealed record ThriftLimits
{
    /// <summary>For a server: requests of up to 64 MiB.</summary>
    public static ThriftLimits Server { get; } = new();

    /// <summary>
    /// For a client: replies of up to 1 GiB, because createBackup's reply grows with partitions × hosts (spec/meta-thrift.md §1).
    /// </summary>
    public static ThriftLimits Client { get; } = new() { MaxFrameBytes = 1 << 30, MaxElements = 64 << 20 };

    /// <summary>Longest frame in bytes without its length field.</summary>
    public int MaxFrameBytes { get; init; } = 64 << 20;

    /// <summary>How deep structs and containers may lie in each other.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>List, set and map elements in one message, all containers together: a byte on the wire can be an object here.</summary>
    public int MaxElements { get; init; } = 8 << 20;
}
