using NebulaKeep.Nebula.Graph;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Thrift.Frames;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Nebula.Tests.Support;

/// <summary>Decodes and encodes messages of any method by its name.</summary>
static class Services
{
    static readonly Dictionary<string, ThriftMethod> Methods =
        MetaService.All.Concat(StorageAdminService.All.Where(m =>
            m.Name != "clearSpace")).Concat(GraphStorageService.All).ToDictionary(m => m.Name);

    /// <summary>The value of a whole message; null for a method that nobody has.</summary>
    internal static (ThriftMessage Message, object? Value) Decode(ReadOnlyMemory<byte> frame)
    {
        var reader = MessageFrame.Open(frame, ThriftLimits.Client).Reader;
        var message = reader.ReadMessageBegin();
        var value = Read(reader, message);
        if (value is not null) reader.Remaining.ShouldBe(0, message.Name);
        return (message, value);
    }

    /// <summary>What follows an envelope; null for a method that nobody has.</summary>
    internal static object? Read(ThriftReader reader, ThriftMessage message) => message.Type switch
    {
        ThriftMessageType.Exception => ThriftApplicationException.Read(reader),
        _ when !Methods.ContainsKey(message.Name) => null,
        ThriftMessageType.Reply => ((dynamic)Methods[message.Name]).ReadResult(reader),
        _ => ((dynamic)Methods[message.Name]).ReadArgs(reader),
    };

    /// <summary>The whole message with its length.</summary>
    internal static byte[] Encode(ThriftWire wire, ThriftMessage message, object value) =>
        MessageFrame.Encode(new FrameFormat(wire), message, writer =>
    {
        if (value is ThriftApplicationException error) error.Write(writer);
        else if (message.Type == ThriftMessageType.Reply) ((dynamic)Methods[message.Name]).WriteResult(writer, (dynamic)value);
        else ((dynamic)Methods[message.Name]).WriteArgs(writer, (dynamic)value);
    }).ToArray();

    /// <summary>The bare args or result struct of a method in the compact protocol, as daemons send it to each other.</summary>
    internal static object ReadCompact(string method, bool isArgs, byte[] bytes)
    {
        dynamic found = Methods[method];
        var reader = new CompactProtocolReader(bytes, ThriftLimits.Client);
        object value = isArgs ? found.ReadArgs(reader) : found.ReadResult(reader);
        reader.Remaining.ShouldBe(0, method);
        return value;
    }

    internal static byte[] WriteCompact(string method, bool isArgs, object value)
    {
        dynamic found = Methods[method];
        var writer = new CompactProtocolWriter();
        if (isArgs) found.WriteArgs(writer, (dynamic)value);
        else found.WriteResult(writer, (dynamic)value);
        return writer.Written.ToArray();
    }
}
