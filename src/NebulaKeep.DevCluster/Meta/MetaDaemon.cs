using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Meta.Jobs;
using NebulaKeep.DevCluster.Meta.Replication;
using NebulaKeep.DevCluster.Meta.Service;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Thrift.Server;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.DevCluster.Meta;

/// <summary>
/// A stand-in for nebula-metad: MetaService over Thrift, tables in upstream's encoding in RocksDB. The first of the metads in
/// <see cref="MetaOptions.Peers"/> leads; it answers "leader changed" without a leader until a majority of the others can be reached.
/// </summary>
public sealed partial class MetaDaemon : IDevDaemon
{
    readonly CancellationTokenSource stop = new();
    readonly HostAddress address;
    readonly MetaStore store;
    readonly MetaGroup group;
    readonly MetaContext context;
    readonly JobHandler jobs;
    readonly ThriftPool pool;
    readonly ThriftServer server;
    readonly TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task leading;
    int stopped;

    MetaDaemon(MetaOptions options, DaemonEnvironment environment, MetaFaults faults, IStorageAdmin? storages)
    {
        address = options.Address;
        var client = new ThriftClientOptions { Tls = environment.ClientTls, Clock = environment.Clock, ConnectTimeout = TimeSpan.FromSeconds(3) };
        var logger = environment.Loggers.CreateLogger("Metad");
        store = MetaStore.Open(options.DataPath);
        pool = new ThriftPool(client);
        group = new MetaGroup(options.Address, options.Peers, store, new MetaPeers(pool), environment.Clock, logger);
        context = new MetaContext(options, store, group, storages ?? new StorageAdmin(client, logger), environment, faults);
        jobs = new JobHandler(context, new JobWork(context, pool));
        server = ThriftServer.Start(
            ListenAddress.Of(options.Address),
            MetaMethods.Build(context, jobs), new ThriftServerOptions { Tls = environment.ServerTls }, logger);
        leading = group.IsLeader ? LeadAsync() : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public HostAddress Address => address.WithPort(server.Address.Port);

    /// <inheritdoc/>
    public Task Failure => failed.Task;

    /// <summary>Opens the store and begins to listen; returns as soon as calls are answered, if only with "leader changed".</summary>
    /// <exception cref="NebulaKeepException">The store cannot be opened, or the address cannot be bound.</exception>
    public static MetaDaemon Start(MetaOptions options, DaemonEnvironment environment, MetaFaults? faults = null) =>
        Start(options, environment, faults, storages: null);

    internal static MetaDaemon Start(MetaOptions options, DaemonEnvironment environment, MetaFaults? faults, IStorageAdmin? storages) =>
        new(options, environment, faults ?? new MetaFaults(), storages);

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
        await leading;
        await jobs.DisposeAsync();
        await pool.DisposeAsync();
        group.Dispose();
        store.Dispose();
        stop.Dispose();
    }

    async Task LeadAsync()
    {
        try
        {
            await group.LeadAsync(PrepareAsync, stop.Token);
            LogLeading(context.Logger, Address);
            await group.RepairAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
        catch (NebulaKeepException e)
        {
            LogGaveUp(context.Logger, e);
            failed.TrySetException(e);
        }
    }

    async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await FirstStart.CompleteAsync(context, cancellationToken);
        await jobs.FailLeftOversAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The meta daemon leads on {Address}")]
    static partial void LogLeading(ILogger logger, HostAddress address);

    [LoggerMessage(Level = LogLevel.Error, Message = "The meta daemon cannot lead")]
    static partial void LogGaveUp(ILogger logger, Exception e);
}
