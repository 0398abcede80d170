using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Storage.Catalog;
using NebulaKeep.DevCluster.Storage.Engine;
using NebulaKeep.DevCluster.Storage.Replication;
using NebulaKeep.DevCluster.Storage.Service;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Thrift.Server;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.DevCluster.Storage;

/// <summary>
/// A stand-in for nebula-storaged: partitions in RocksDB and raft logs in upstream's formats, GraphStorageService on the data port,
/// StorageAdminService on the port before it, replication on the port behind it. It joins as soon as metad takes it in, and knows no
/// space before.
/// </summary>
public sealed class StorageDaemon : IDevDaemon
{
    readonly CancellationTokenSource stop = new();
    readonly List<ThriftServer> servers = [];
    readonly ThriftPool pool;
    readonly StorageNode node;
    readonly BackgroundWork work;
    readonly Task background;
    int stopped;

    StorageDaemon(StorageOptions options, DaemonEnvironment environment)
    {
        var logger = environment.Loggers.CreateLogger("Storaged");
        Address = StoragePorts.Choose(options.Address);
        pool = new ThriftPool(new ThriftClientOptions { Tls = environment.ClientTls, Clock = environment.Clock, ConnectTimeout = TimeSpan.FromSeconds(3) });
        var meta = new MetaSource(options.Metads, pool);
        node = new StorageNode(new SpaceStores(options, Address, new ReplicaPeers(pool), environment.Clock, logger), meta, environment.Clock, logger);
        Listen(environment, logger);
        var clusterId = new ClusterIdFile(options.ClusterIdPath ?? Path.Combine(environment.WorkingDirectory, "cluster.id"));
        var dir = new DirInfo { Root = environment.WorkingDirectory, Data = options.DataPaths };
        work = new BackgroundWork(node, new Reporter(node, meta, clusterId, Address, dir, logger), options, logger);
        background = work.RunAsync(stop.Token);
    }

    /// <inheritdoc/>
    public HostAddress Address { get; }

    /// <inheritdoc/>
    public Task Failure => node.Failure;

    /// <summary>Makes the data paths and begins to listen.</summary>
    /// <exception cref="NebulaKeepException">A flag is missing or an address cannot be bound.</exception>
    public static StorageDaemon Start(StorageOptions options, DaemonEnvironment environment)
    {
        if (options.Metads.Count == 0) throw new StorageException("storaged needs --meta_server_addrs");
        if (options.DataPaths.Count == 0) throw new StorageException("storaged needs --data_path");
        foreach (var path in options.DataPaths) Directory.CreateDirectory(path);
        return new StorageDaemon(options, environment);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => EndAsync(abandon: false);

    /// <inheritdoc/>
    public ValueTask KillAsync() => EndAsync(abandon: true);

    async ValueTask EndAsync(bool abandon)
    {
        if (Interlocked.Exchange(ref stopped, 1) != 0) return;
        if (!abandon) await Task.WhenAll(servers.Select(server => server.StopAsync(CancellationToken.None)));
        await stop.CancelAsync();
        foreach (var server in servers) await server.DisposeAsync();
        await background;
        await node.CloseAsync(abandon);
        await pool.DisposeAsync();
        work.Dispose();
        node.Dispose();
        stop.Dispose();
    }

    void Listen(DaemonEnvironment environment, ILogger logger)
    {
        var options = new ThriftServerOptions { Tls = environment.ServerTls, Clock = environment.Clock };
        (int Offset, ThriftHandlers Handlers)[] services =
        [
            (StoragePorts.AdminOffset, new StorageAdminMethods(node, logger).Build()),
            (0, GraphStorageMethods.Build(new PartRunner(node, logger))),
            (StoragePorts.RaftOffset, ReplicationMethods.Build(node)),
        ];
        foreach (var (offset, handlers) in services)
            servers.Add(ThriftServer.Start(ListenAddress.Of(Address, offset), handlers, options, logger));
    }
}
