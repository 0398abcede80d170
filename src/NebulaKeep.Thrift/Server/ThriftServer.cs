using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;

namespace NebulaKeep.Thrift.Server;

/// <summary>
/// Serves methods on one address. Recognises framed binary, framed compact and THeader with either on every frame and answers in kind
/// (spec/graph-service.md §3). <see cref="StopAsync"/> lets running calls end.
/// </summary>
public sealed partial class ThriftServer : IAsyncDisposable
{
    const int Backlog = 512;
    readonly Socket listener;
    readonly CallDispatcher dispatcher;
    readonly ThriftServerOptions options;
    readonly ILogger logger;
    readonly CancellationTokenSource stopping = new();
    readonly CancellationTokenSource aborting = new();
    readonly ConcurrentDictionary<long, Task> connections = new();
    readonly Task accepting;
    int disposed;

    ThriftServer(Socket listener, ThriftHandlers handlers, ThriftServerOptions options, ILogger logger)
    {
        (this.listener, this.options, this.logger) = (listener, options, logger);
        dispatcher = new CallDispatcher(handlers, options.Limits, logger);
        EndPoint = (IPEndPoint)listener.LocalEndPoint!;
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens, with the port that the system chose for port 0.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary><see cref="EndPoint"/> as clients write it.</summary>
    public HostAddress Address => new(EndPoint.Address.ToString(), EndPoint.Port);

    /// <summary>Connections open now.</summary>
    public int ConnectionCount => connections.Count;

    /// <summary>Binds and begins to accept.</summary>
    /// <exception cref="NebulaKeepException">The address cannot be bound.</exception>
    public static ThriftServer Start(IPEndPoint endPoint, ThriftHandlers handlers, ThriftServerOptions options, ILogger logger)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return new ThriftServer(socket, handlers, options, logger);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new NebulaKeepException($"cannot listen on {endPoint}: {e.Message}", e);
        }
    }

    /// <summary>
    /// Accepts no more, lets running calls end within <see cref="ThriftServerOptions.DrainTimeout"/> or until
    /// <paramref name="cancellationToken"/>, then cancels them and closes everything.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        using var drain = new Deadline(options.DrainTimeout, options.Clock, cancellationToken);
        await using (drain.Token.Register(aborting.Cancel))
        {
            await Task.WhenAll(connections.Values);
        }
    }

    /// <summary>Stops at once: running calls are cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        await aborting.CancelAsync();
        await StopAsync(aborting.Token);
        stopping.Dispose();
        aborting.Dispose();
    }

    async Task AcceptAsync()
    {
        for (var id = 0L; !stopping.IsCancellationRequested; id++)
        {
            try
            {
                Admit(id, await listener.AcceptAsync(stopping.Token));
            }
            catch (Exception e) when (stopping.IsCancellationRequested && IsEndOfListening(e))
            {
                return;
            }
            catch (SocketException e) when (!stopping.IsCancellationRequested)
            {
                LogAcceptFailed(EndPoint, e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(100), options.Clock, CancellationToken.None);
            }
        }
    }

    static bool IsEndOfListening(Exception e) => e is OperationCanceledException or ObjectDisposedException or SocketException;

    void Admit(long id, Socket socket)
    {
        if (connections.Count >= options.MaxConnections)
        {
            LogFull(EndPoint, options.MaxConnections);
            socket.Dispose();
            return;
        }
        var connection = new ServerConnection(socket, dispatcher, options, logger);
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connections[id] = running.Task;
        _ = ServeAsync(id, connection, running);
    }

    async Task ServeAsync(long id, ServerConnection connection, TaskCompletionSource running)
    {
        try
        {
            await connection.RunAsync(stopping.Token, aborting.Token);
        }
        catch (Exception e)
        {
            LogConnectionFailed(EndPoint, e);
        }
        finally
        {
            connections.TryRemove(id, out _);
            running.SetResult();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Accepting on {EndPoint} failed, trying again: {Reason}")]
    partial void LogAcceptFailed(IPEndPoint endPoint, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{EndPoint} has its {Limit} connections; one more was closed")]
    partial void LogFull(IPEndPoint endPoint, int limit);

    [LoggerMessage(Level = LogLevel.Error, Message = "A connection to {EndPoint} ended in an unexpected way")]
    partial void LogConnectionFailed(IPEndPoint endPoint, Exception e);
}
