using NebulaKeep.Core;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Messages;

/// <summary>
/// The TApplicationException that a server sends instead of a result: field 1 text, field 2 kind (spec/meta-thrift.md §2.2).
/// A handler may throw it to send exactly that.
/// </summary>
public sealed class ThriftApplicationException : NebulaKeepException
{
    /// <summary>Makes one.</summary>
    public ThriftApplicationException(ThriftApplicationError error, string message) : base(message) => Error = error;

    /// <summary>The kind; values that we do not know are kept.</summary>
    public ThriftApplicationError Error { get; }

    /// <summary>True where the server was busy rather than unable.</summary>
    public override bool IsTransient =>
        Error is ThriftApplicationError.LoadShedding or ThriftApplicationError.Timeout or ThriftApplicationError.Interruption;

    internal static ThriftApplicationException UnknownMethod(string name) =>
        new(ThriftApplicationError.UnknownMethod, $"Method name {name} not found");

    internal static ThriftApplicationException Read(ThriftReader reader)
    {
        var (text, kind) = ("", 0);
        reader.ReadStructBegin();
        while (reader.ReadFieldBegin(out var type, out var id))
        {
            if (id == 1 && type == ThriftType.String) text = reader.ReadLossyString();
            else if (id == 2 && type == ThriftType.I32) kind = reader.ReadI32();
            else reader.Skip(type);
        }
        reader.ReadStructEnd();
        return new ThriftApplicationException((ThriftApplicationError)kind, text);
    }

    internal void Write(ThriftWriter writer)
    {
        writer.WriteStructBegin();
        writer.WriteFieldBegin(ThriftType.String, 1);
        writer.WriteString(Message);
        writer.WriteFieldBegin(ThriftType.I32, 2);
        writer.WriteI32((int)Error);
        writer.WriteStructEnd();
    }
}
