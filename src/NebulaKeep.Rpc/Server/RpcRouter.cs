using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Rpc.Framing;

namespace NebulaKeep.Rpc.Server;

/// <summary>
/// Finds the handler of a call, reads its request, writes its answers and ends it with a status. Handlers throw
/// <see cref="GrpcStatusException"/> to choose a status. Requests and answers are never logged.
/// </summary>
/// <param name="explain">The status that a handler's other exceptions stand for; null where it does not know them.</param>
/// <param name="clock">Deadlines are measured by it.</param>
/// <param name="logger">Refusals and failures go here.</param>
public sealed partial class RpcRouter(Func<Exception, GrpcStatusException?> explain, TimeProvider clock, ILogger logger)
{
    readonly Dictionary<string, Route> routes = new(StringComparer.Ordinal);

    delegate Task Handler(HttpContext context, RpcCall call, CancellationToken cancellationToken);

    /// <summary>Adds a method that answers once.</summary>
    public void Unary<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, RpcAccess access, Func<TRequest, RpcCall, CancellationToken, Task<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        routes.Add(method.Path, new Route(access, async (context, call, cancellationToken) =>
        {
            var request = await ReadAsync(context, method, cancellationToken);
            await WriteAsync(context, await handler(request, call, cancellationToken), cancellationToken);
        }));

    /// <summary>Adds a method that answers with a stream.</summary>
    public void Stream<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, RpcAccess access, Func<TRequest, RpcCall, CancellationToken, IAsyncEnumerable<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        routes.Add(method.Path, new Route(access, async (context, call, cancellationToken) =>
        {
            var request = await ReadAsync(context, method, cancellationToken);
            await foreach (var answer in handler(request, call, cancellationToken).WithCancellation(cancellationToken))
            {
                await WriteAsync(context, answer, cancellationToken);
            }
        }));

    /// <summary>Serves one HTTP/2 request, whatever it is.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (GrpcRequest.RefusalOf(context.Request) is { } httpStatus)
        {
            context.Response.StatusCode = httpStatus;
            return;
        }

        context.Response.ContentType = GrpcHeader.ContentType;
        using var deadline = new ServerDeadline(context, clock);
        var status = await RunAsync(context, deadline);
        if (!context.RequestAborted.IsCancellationRequested) GrpcRequest.End(context.Response, status);
    }

    async Task<GrpcStatusException?> RunAsync(HttpContext context, ServerDeadline deadline)
    {
        var (path, call) = (context.Request.Path.Value ?? "", GrpcRequest.CallOf(context));
        try
        {
            GrpcRequest.CheckEncoding(context.Request);
            await RouteOf(path, call).Handle(context, call, deadline.Start());
            return null;
        }
        catch (Exception e)
        {
            var status = StatusOf(e, deadline);
            Report(path, call, status, e);
            return status;
        }
    }

    Route RouteOf(string path, RpcCall call)
    {
        if (!routes.TryGetValue(path, out var route)) throw new GrpcStatusException(GrpcStatusCode.Unimplemented, $"this server has no method {path}");
        if (route.Access == RpcAccess.Authenticated && !call.IsAuthenticated)
            throw new GrpcStatusException(GrpcStatusCode.Unauthenticated, $"{path} is served over mutual TLS only");
        return route;
    }

    GrpcStatusException StatusOf(Exception failure, ServerDeadline deadline) => failure switch
    {
        GrpcStatusException status => status,
        OperationCanceledException when deadline.Passed => new GrpcStatusException(GrpcStatusCode.DeadlineExceeded, "the deadline passed"),
        OperationCanceledException => new GrpcStatusException(GrpcStatusCode.Cancelled, "the call was cancelled"),
        BadHttpRequestException e => new GrpcStatusException(GrpcStatusCode.Internal, e.Message, e),
        _ => explain(failure) ?? (failure is NebulaKeepException
            ? new GrpcStatusException(GrpcStatusCode.Unknown, failure.Message, failure)
            : new GrpcStatusException(GrpcStatusCode.Internal, $"unexpected {failure.GetType().Name}; see the log of this server", failure)),
    };

    void Report(string path, RpcCall call, GrpcStatusException status, Exception failure)
    {
        if (status.Code == GrpcStatusCode.Internal) LogDefect(failure, path, call.Peer);
        else LogFailed(path, call.PeerName ?? "unauthenticated", call.Peer, status.Code, status.Message);
    }

    static async Task<TRequest> ReadAsync<TRequest, TResponse>(
        HttpContext context, RpcMethod<TRequest, TResponse> method, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        await MessageFrame.ReadAsync(context.Request.Body, method.RequestParser, method.MaxRequestBytes, cancellationToken)
        ?? throw new GrpcStatusException(GrpcStatusCode.Internal, $"{method.Path} was called without a message");

    static async Task WriteAsync(HttpContext context, IMessage answer, CancellationToken cancellationToken) =>
        await context.Response.BodyWriter.WriteAsync(MessageFrame.Encode(answer), cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} for {Name} at {Peer} ended with {Code}: {Reason}")]
    partial void LogFailed(string path, string name, string peer, GrpcStatusCode code, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} for {Peer} failed unexpectedly")]
    partial void LogDefect(Exception failure, string path, string peer);

    sealed record Route(RpcAccess Access, Handler Handle);
}
