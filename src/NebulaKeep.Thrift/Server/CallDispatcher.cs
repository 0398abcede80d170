using Microsoft.Extensions.Logging;
using NebulaKeep.Thrift.Frames;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Server;

/// <summary>From the frame of a request to the frame of its reply; knows of no socket.</summary>
sealed partial class CallDispatcher(ThriftHandlers handlers, ThriftLimits limits, ILogger logger)
{
    /// <summary>Carries out one call; null if there is nothing to answer (oneway).</summary>
    /// <exception cref="ThriftProtocolException">The envelope cannot be read, so that no answer is possible.</exception>
    internal async Task<ReadOnlyMemory<byte>?> DispatchAsync(
        ReadOnlyMemory<byte> frame, Func<string, ThriftWire, ThriftCallContext> contextOf, CancellationToken cancellationToken)
    {
        var opened = MessageFrame.Open(frame, limits);
        if (opened.Transforms > 0) return Refuse(opened.Format, new ThriftMessage("", ThriftMessageType.Call, 0), InvalidTransform());
        var call = opened.Reader.ReadMessageBegin();
        if (call.Type is not (ThriftMessageType.Call or ThriftMessageType.Oneway)) return Refuse(opened.Format, call, InvalidType(call));
        try
        {
            var handler = handlers.Find(call.Name) ?? throw ThriftApplicationException.UnknownMethod(call.Name);
            var result = await handler(opened.Reader, contextOf(call.Name, opened.Format.Wire), cancellationToken);
            return call.Type == ThriftMessageType.Oneway ? null : Answer(opened.Format, call, ThriftMessageType.Reply, result);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return call.Type == ThriftMessageType.Oneway ? Swallow(call, e) : Refuse(opened.Format, call, Explain(call, e));
        }
    }

    static ReadOnlyMemory<byte> Refuse(FrameFormat format, ThriftMessage call, ThriftApplicationException error) =>
        Answer(format, call, ThriftMessageType.Exception, error.Write);

    static ReadOnlyMemory<byte> Answer(FrameFormat format, ThriftMessage call, ThriftMessageType type, Action<ThriftWriter> write) =>
        MessageFrame.Encode(format, call with { Type = type }, write);

    static ThriftApplicationException InvalidTransform() =>
        new(ThriftApplicationError.InvalidTransform, "this server has no THeader transforms: send without compression");

    static ThriftApplicationException InvalidType(ThriftMessage call) =>
        new(ThriftApplicationError.InvalidMessageType, $"message type {(int)call.Type} is no call");

    // A oneway caller hears nothing, so the log must.
    ReadOnlyMemory<byte>? Swallow(ThriftMessage call, Exception e)
    {
        LogFailed(call.Name, e);
        return null;
    }

    ThriftApplicationException Explain(ThriftMessage call, Exception e)
    {
        if (e is ThriftApplicationException known) return known;
        if (e is ThriftProtocolException) return new ThriftApplicationException(ThriftApplicationError.ProtocolError, e.Message);
        LogFailed(call.Name, e);
        return new ThriftApplicationException(ThriftApplicationError.InternalError, $"{call.Name} failed in the server; its log says why");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Method {Method} failed")]
    partial void LogFailed(string method, Exception e);
}
