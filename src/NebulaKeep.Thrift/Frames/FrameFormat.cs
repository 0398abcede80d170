namespace NebulaKeep.Thrift.Frames;

/// <summary>What a reply must repeat of its request besides the message's own envelope.</summary>
/// <param name="Wire">Framing and protocol.</param>
/// <param name="Flags">THeader flags; 0 without THeader.</param>
/// <param name="HeaderSequenceId">THeader's own sequence id; 0 without THeader.</param>
public readonly record struct FrameFormat(ThriftWire Wire, ushort Flags = 0, uint HeaderSequenceId = 0)
{
    /// <summary>True for compact, false for binary.</summary>
    public bool IsCompact => Wire is ThriftWire.FramedCompact or ThriftWire.HeaderCompact;

    /// <summary>True with THeader.</summary>
    public bool HasHeader => Wire is ThriftWire.HeaderBinary or ThriftWire.HeaderCompact;
}
