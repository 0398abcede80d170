using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Messages;

/// <summary>The envelope of a message.</summary>
/// <param name="Name">Method name, case-sensitive; a reply repeats it exactly.</param>
/// <param name="Type">What kind of message.</param>
/// <param name="SequenceId">Chosen by the caller and echoed in the reply.</param>
public readonly record struct ThriftMessage(string Name, ThriftMessageType Type, int SequenceId)
{
    internal static ThriftMessageType CheckedType(int value, ThriftReader reader) =>
        value is >= (int)ThriftMessageType.Call and <= (int)ThriftMessageType.Oneway
            ? (ThriftMessageType)value
            : throw reader.Malformed($"message type {value}");
}
