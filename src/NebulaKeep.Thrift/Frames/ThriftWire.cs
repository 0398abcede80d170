namespace NebulaKeep.Thrift.Frames;

/// <summary>How a message lies on the connection: framing and protocol (spec/graph-service.md §3.1).</summary>
public enum ThriftWire
{
    /// <summary>Length, then strict binary: br, agent, operator and this project's own clients.</summary>
    FramedBinary,

    /// <summary>Length, then compact.</summary>
    FramedCompact,

    /// <summary>THeader with strict binary.</summary>
    HeaderBinary,

    /// <summary>THeader with compact: all official graph clients.</summary>
    HeaderCompact,
}
