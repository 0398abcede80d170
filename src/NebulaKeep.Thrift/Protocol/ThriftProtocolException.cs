using NebulaKeep.Core;

namespace NebulaKeep.Thrift.Protocol;

/// <summary>Bytes that are not the message they should be, or a message above our limits. Final: the same bytes fail again.</summary>
public sealed class ThriftProtocolException : NebulaKeepException
{
    /// <summary>Makes one; the message says what was found at which offset.</summary>
    public ThriftProtocolException(string message, Exception? inner = null) : base(message, inner) { }
}
