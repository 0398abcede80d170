using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Graph.Service;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.Thrift.Server;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.DevCluster.Graph;

/// <summary>A stand-in for nebula-graphd: GraphService over Thrift and the part of nGQL that demo, guide and tests use.</summary>
public sealed class GraphDaemon : IDevDaemon
{
    readonly CancellationTokenSource stop = new();
    readonly HostAddress address;
    readonly ThriftPool pool;
    readonly ThriftServer server;
    readonly Task heartbeat;
    int stopped;

    GraphDaemon(GraphOptions options, DaemonEnvironment environment)
    {
        address = options.Address;
        var logger = environment.Loggers.CreateLogger("Graphd");
        pool = new ThriftPool(new ThriftClientOptions { Tls = environment.ClientTls, Clock = environment.Clock, ConnectTimeout = TimeSpan.FromSeconds(3) });
        var caller = new MetaCaller(pool, options.Metads, environment.Clock);
        var meta = new GraphMeta(caller);
        var sessions = new SessionBook(meta, () => Address);
        var storage = new StorageRouter(pool, meta, environment.Clock);
        var queries = new QueryHandler(sessions, meta, storage, environment.Clock, logger);
        server = ThriftServer.Start(
            ListenAddress.Of(options.Address),
            GraphMethods.Build(sessions, queries, options.ClientWhiteList), new ThriftServerOptions { Tls = environment.ServerTls }, logger);
        heartbeat = ReportAsync(new GraphHeartbeat(caller, environment, options.HeartbeatInterval, logger));
    }

    /// <inheritdoc/>
    public HostAddress Address => address.WithPort(server.Address.Port);

    /// <inheritdoc/>
    public Task Failure { get; } = new TaskCompletionSource().Task;

    /// <summary>Begins to listen; metad need not be there yet.</summary>
    /// <exception cref="NebulaKeepException">The address cannot be bound.</exception>
    public static GraphDaemon Start(GraphOptions options, DaemonEnvironment environment) => new(options, environment);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref stopped, 1) != 0) return;
        await server.StopAsync(CancellationToken.None);
        await CloseAsync();
    }

    /// <inheritdoc/>
    public async ValueTask KillAsync()
    {
        if (Interlocked.Exchange(ref stopped, 1) == 0) await CloseAsync();
    }

    async Task CloseAsync()
    {
        await stop.CancelAsync();
        await server.DisposeAsync();
        await heartbeat;
        await pool.DisposeAsync();
        stop.Dispose();
    }

    async Task ReportAsync(GraphHeartbeat reports)
    {
        try
        {
            await reports.RunAsync(Address, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }
}
