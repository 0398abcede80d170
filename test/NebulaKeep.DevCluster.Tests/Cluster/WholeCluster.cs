using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Graph;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Meta;
using NebulaKeep.DevCluster.Storage;
using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Graph;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Security;
using NebulaKeep.Security.Issuing;
using NebulaKeep.Testing;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.DevCluster.Tests.Cluster;

/// <summary>What a cluster in this process is made of.</summary>
sealed record ClusterShape
{
    public int Metads { get; init; } = 1;

    /// <summary>Data paths of each storaged; the second has two, as in the clusters that the golden backups come from.</summary>
    public IReadOnlyList<int> DataPaths { get; init; } = [1, 2, 1];

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public TimeSpan RaftHeartbeat { get; init; } = TimeSpan.FromSeconds(30);

    public long WalFileSize { get; init; } = 64 << 10;

    /// <summary>How many heartbeats a host may miss.</summary>
    public int ExpiredTimeFactor { get; init; } = 5;

    /// <summary>Where its folder is made; null: where temporary folders go.</summary>
    public string? Parent { get; init; }

    /// <summary>Certificates; null for plain text.</summary>
    public TestPki? Pki { get; init; }
}

/// <summary>metads, storageds and a graphd in this process, each on a host and in a directory of its own. Nothing runs at first.</summary>
sealed class WholeCluster : IAsyncDisposable
{
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    readonly ClusterShape shape;
    readonly string net = LoopbackNet.Take();
    readonly TemporaryFolder folder;
    readonly ThriftPool pool;
    readonly ServerTls? serverTls;
    readonly Dictionary<HostAddress, IDevDaemon> running = [];
    MetaClient? meta;
    GraphClient? session;

    public WholeCluster(ClusterShape shape)
    {
        this.shape = shape;
        folder = new TemporaryFolder(shape.Parent);
        Connection = new ThriftClientOptions { Tls = shape.Pki?.ClientTls(), CallTimeout = Bound };
        pool = new ThriftPool(Connection);
        serverTls = OpenServerTls();
    }

    public MetaFaults Faults { get; } = new();

    public IReadOnlyList<HostAddress> Metads => [.. Enumerable.Range(0, shape.Metads).Select(i => Host(i, 9559))];

    public IReadOnlyList<HostAddress> Storages => [.. Enumerable.Range(0, shape.DataPaths.Count).Select(i => Host(i, 9779))];

    public HostAddress Graphd => Host(0, 9669);

    /// <summary>Follows the leader among the metads.</summary>
    public IMetaClient Meta => meta ??= new MetaClient(new MetaClientOptions { Addresses = Metads, Connection = Connection, Retry = new RetryOptions { RetryFor = Bound } });

    /// <summary>How clients of this cluster connect.</summary>
    public ThriftClientOptions Connection { get; }

    public static async Task<WholeCluster> StartAsync(ClusterShape? shape = null)
    {
        var cluster = new WholeCluster(shape ?? new ClusterShape());
        cluster.StartMetads();
        await cluster.Meta.AddHostsAsync(cluster.Storages, CancellationToken.None);
        cluster.StartStorages();
        cluster.StartGraphd();
        await cluster.OnlineAsync(cluster.Storages.Count);
        return cluster;
    }

    public string MetaPath(int metad) => folder[$"metad{metad}/data/meta"];

    public string DataPath(int storage, int path) => folder[$"storaged{storage}/data/storage{path}"];

    public void StartMetads()
    {
        for (var i = 0; i < shape.Metads; i++) StartMetad(i);
    }

    public void StartMetad(int index) => running[Metads[index]] = MetaDaemon.Start(
        new MetaOptions
        {
            Address = Metads[index],
            DataPath = MetaPath(index),
            Peers = Metads,
            HeartbeatInterval = TimeSpan.FromSeconds(1),
            AgentHeartbeatInterval = TimeSpan.FromSeconds(3),
            ExpiredTimeFactor = shape.ExpiredTimeFactor,
        },
        Environment($"metad{index}"), Faults);

    public void StartStorages()
    {
        for (var i = 0; i < Storages.Count; i++) StartStorage(i);
    }

    public void StartStorage(int index) => running[Storages[index]] = StorageDaemon.Start(
        new StorageOptions
        {
            Address = Storages[index],
            DataPaths = [.. Enumerable.Range(0, shape.DataPaths[index]).Select(path => DataPath(index, path))],
            Metads = Metads,
            HeartbeatInterval = TimeSpan.FromSeconds(1),
            RaftHeartbeatInterval = shape.RaftHeartbeat,
            Wal = new PartitionWalOptions { FileSize = shape.WalFileSize },
        },
        Environment($"storaged{index}"));

    public void StartGraphd() => running[Graphd] = GraphDaemon.Start(new GraphOptions { Address = Graphd, Metads = Metads }, Environment("graphd"));

    public async Task StopAsync(HostAddress daemon, bool kill = false)
    {
        var stopping = running[daemon];
        running.Remove(daemon);
        await (kill ? stopping.KillAsync() : stopping.DisposeAsync());
    }

    /// <summary>Waits until metad counts so many storageds as alive.</summary>
    public Task OnlineAsync(int storages) => Eventually.TrueAsync(
        async () => (await Meta.ListHostsAsync(ListHostType.ALLOC, CancellationToken.None)).Count(h => h.Status == HostStatus.ONLINE) == storages,
        $"{storages} storageds are online", Bound);

    /// <summary>Waits until so many partitions have leaders that metad knows, which is when storageds have also reported their disks.</summary>
    public Task LeadingAsync(int partitions) => Eventually.TrueAsync(
        async () => (await Meta.ListHostsAsync(ListHostType.ALLOC, CancellationToken.None)).Sum(h => h.LeaderParts.Values.Sum(p => p.Count)) == partitions,
        $"{partitions} partitions have leaders", Bound);

    /// <summary>Runs a statement in the one session of this cluster; rows as values with bars between.</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string statement)
    {
        session ??= await GraphClient.ConnectAsync(Graphd, "root", new Secret("nebula"), Connection, CancellationToken.None);
        var answer = await session.ExecuteAsync(statement, CancellationToken.None);
        return [.. (answer?.Rows ?? []).Select(row => string.Join('|', row.Values.Select(ValueText.Of)))];
    }

    /// <summary>Runs a statement until it succeeds: a new space's leaders need a moment.</summary>
    public Task QueryUntilAsync(string statement) => Eventually.TrueAsync(async () =>
    {
        try
        {
            await QueryAsync(statement);
            return true;
        }
        catch (NebulaErrorException)
        {
            return false;
        }
    }, statement, Bound);

    public Task<TResponse> CallAsync<TRequest, TResponse>(HostAddress host, ThriftMethod<TRequest, TResponse> method, TRequest request) =>
        pool.CallAsync(host, method, request, Bound, CancellationToken.None);

    /// <summary>Calls a storaged's admin port.</summary>
    public Task<TResponse> AdminAsync<TRequest, TResponse>(int storage, ThriftMethod<TRequest, TResponse> method, TRequest request) =>
        CallAsync(Addresses.AdminOf(Storages[storage]), method, request);

    public async Task<ErrorCode> BlockAsync(int storage, EngineSignType sign, params int[] spaces) =>
        (await AdminAsync(storage, StorageAdminService.BlockingWrites, new BlockingSignRequest { SpaceIds = spaces, Sign = sign })).Code;

    /// <summary>A space with one tag and one edge, usable when this returns.</summary>
    public async Task CreateSpaceAsync(string name, int partitions, int replicas)
    {
        await QueryAsync($"CREATE SPACE {name}(partition_num={partitions}, replica_factor={replicas}, vid_type=FIXED_STRING(16))");
        await QueryAsync($"USE {name}; CREATE TAG player(name string, age int); CREATE EDGE follow(degree int)");
        await QueryUntilAsync("INSERT VERTEX player(name, age) VALUES \"first\":(\"First\", 0)");
    }

    /// <summary>Adds vertices from–to with an edge each, as the rows of <see cref="ReadAsync"/> have them.</summary>
    public async Task InsertAsync(int from, int to, int atOnce = 200)
    {
        foreach (var numbers in Enumerable.Range(from, to - from).Chunk(atOnce))
        {
            await QueryAsync($"INSERT VERTEX player(name, age) VALUES {string.Join(", ", numbers.Select(i => $"\"v{i}\":(\"Name {i}\", {i})"))}");
            await QueryAsync($"INSERT EDGE follow(degree) VALUES {string.Join(", ", numbers.Select(i => $"\"v{i}\"->\"v{i / 2}\":({i})"))}");
        }
    }

    /// <summary>Reads vertices and edges from–to of the chosen space; what is missing is missing.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(int from, int to)
    {
        var rows = new List<string>();
        foreach (var numbers in Enumerable.Range(from, to - from).Chunk(500))
        {
            rows.AddRange(await QueryAsync($"FETCH PROP ON player {string.Join(", ", numbers.Select(i => $"\"v{i}\""))} YIELD id(vertex), player.name, player.age"));
            rows.AddRange(await QueryAsync($"FETCH PROP ON follow {string.Join(", ", numbers.Select(i => $"\"v{i}\"->\"v{i / 2}\""))} YIELD src(edge), dst(edge), follow.degree"));
        }
        return [.. rows.Order(StringComparer.Ordinal)];
    }

    /// <summary>What <see cref="ReadAsync"/> finds when all is there.</summary>
    public static IReadOnlyList<string> Rows(int from, int to) =>
        [.. Enumerable.Range(from, to - from).SelectMany(i => new[] { $"v{i}|Name {i}|{i}", $"v{i}|v{i / 2}|{i}" }).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        if (session is not null) await session.DisposeAsync();
        if (meta is not null) await meta.DisposeAsync();
        await pool.DisposeAsync();
        foreach (var daemon in running.Values.Reverse()) await daemon.KillAsync();
        folder.Dispose();
    }

    HostAddress Host(int index, int port) => new($"{net}{index + 1}", port);

    DaemonEnvironment Environment(string name) =>
        new(folder[name], shape.Clock, new Random(1), NullLoggerFactory.Instance, serverTls, shape.Pki?.ClientTls());

    ServerTls? OpenServerTls()
    {
        if (shape.Pki is not { } pki) return null;
        var hosts = Enumerable.Range(1, 9).Select(i => $"{net}{i}").ToList();
        var now = TimeProvider.System.GetUtcNow();
        var files = pki.Issue("cluster", new LeafRequest("cluster", CertificateUsage.Server, hosts, Validity.From(now, TimeSpan.FromDays(1)), KeyKind.EcdsaP256));
        return ServerTls.Open(files, new ServerTlsSettings(), TimeProvider.System, NullLogger.Instance);
    }
}
