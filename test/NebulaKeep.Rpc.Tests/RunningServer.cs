using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.Rpc.Client;
using NebulaKeep.Rpc.Server;
using NebulaKeep.Security;

namespace NebulaKeep.Rpc.Tests;

/// <summary>A server on a free loopback port, and channels to it.</summary>
sealed class RunningServer : IAsyncDisposable
{
    readonly List<IDisposable> channels = [];
    readonly RpcServer server;

    RunningServer(RpcServer server) => this.server = server;

    public HostAddress Address => new("127.0.0.1", server.EndPoints[0].Port);

    public static async Task<RunningServer> StartAsync(Action<RpcRouter> routes, ServerTls? tls = null, TimeProvider? clock = null)
    {
        var router = new RpcRouter(_ => null, clock ?? TimeProvider.System, NullLogger.Instance);
        routes(router);
        var listener = new RpcListener(new IPEndPoint(IPAddress.Loopback, 0), tls);
        return new RunningServer(await RpcServer.StartAsync([listener], router, NullLoggerFactory.Instance, CancellationToken.None));
    }

    public GrpcChannel Channel(ClientTls? tls = null)
    {
        var channel = new GrpcChannel(Address, new GrpcChannelOptions { Tls = tls });
        channels.Add(channel);
        return channel;
    }

    public async Task CutAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await server.StopAsync(now.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in channels) channel.Dispose();
        await CutAsync();
        await server.DisposeAsync();
    }
}
