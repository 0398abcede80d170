using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Server;

namespace NebulaKeep.Thrift.Tests.Support;

/// <summary>A server of the sample methods on a port of the system's choice.</summary>
sealed class EchoServer : IAsyncDisposable
{
    internal EchoServer(ThriftServerOptions? options = null, Func<Sample, CancellationToken, Task<Sample>>? echo = null)
    {
        var handlers = new ThriftHandlers()
            .On(Sample.Echo, async (sample, context, cancellationToken) =>
            {
                Contexts.Enqueue(context);
                return echo is null ? sample : await echo(sample, cancellationToken);
            })
            .On(Sample.Tell, (sample, _) =>
            {
                Told.Enqueue(sample);
                return Task.FromResult(default(ThriftNothing));
            });
        Server = ThriftServer.Start(new IPEndPoint(IPAddress.Loopback, 0), handlers, options ?? new(), NullLogger.Instance);
    }

    internal ThriftServer Server { get; }

    internal System.Collections.Concurrent.ConcurrentQueue<Sample> Told { get; } = new();

    internal System.Collections.Concurrent.ConcurrentQueue<ThriftCallContext> Contexts { get; } = new();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
