using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Meta;
using NebulaKeep.DevCluster.Tests.Cluster;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Testing;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.DevCluster.Tests.Meta;

/// <summary>One or more metads that are called over the network, with storageds and agents that exist only as heartbeats, and a clock that stands.</summary>
sealed class MetaScene : IAsyncDisposable
{
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    readonly string net = LoopbackNet.Take();
    readonly TemporaryFolder folder = new();
    readonly ThriftPool pool = new(new ThriftClientOptions());
    readonly MetaDaemon?[] daemons;

    MetaScene(int metads) => daemons = new MetaDaemon?[metads];

    public FakeTimeProvider Clock { get; } = new();

    public FakeStorages Storages { get; } = new();

    public MetaFaults Faults { get; } = new();

    public IReadOnlyList<HostAddress> Metads => [.. Enumerable.Range(1, daemons.Length).Select(i => new HostAddress($"{net}{i}", 9559))];

    /// <summary>A metad that answers.</summary>
    public static Task<MetaScene> StartAsync() => StartAsync(1);

    public static async Task<MetaScene> StartAsync(int metads)
    {
        var scene = new MetaScene(metads);
        for (var i = 0; i < metads; i++) scene.Start(i);
        await scene.LeadingAsync();
        return scene;
    }

    /// <summary>A metad with n1 to n3 registered and alive, and spaces a (1) and b (2) with two replicas each, and c (3) with one.</summary>
    public static async Task<MetaScene> WithSpacesAsync()
    {
        var scene = await StartAsync();
        await scene.RegisterAsync(1, 2, 3);
        await scene.CreateSpaceAsync("a", replicas: 3);
        await scene.CreateSpaceAsync("b", replicas: 1, partitions: 1);
        await scene.CreateSpaceAsync("c", replicas: 2, partitions: 1);
        return scene;
    }

    public void Start(int index) => daemons[index] = MetaDaemon.Start(
        new MetaOptions
        {
            Address = Metads[index],
            DataPath = DataPath(index),
            Peers = Metads,
            HeartbeatInterval = TimeSpan.FromSeconds(10),
            AgentHeartbeatInterval = TimeSpan.FromSeconds(3),
        },
        new DaemonEnvironment(folder[$"m{index}"], daemons.Length == 1 ? Clock : TimeProvider.System, new Random(), NullLoggerFactory.Instance), Faults, Storages);

    public async Task EndAsync(int index, bool kill)
    {
        var ending = daemons[index]!;
        daemons[index] = null;
        await (kill ? ending.KillAsync() : ending.DisposeAsync());
    }

    public string DataPath(int index = 0) => folder[$"m{index}/data/meta"];

    /// <summary>Waits until the first metad answers as the leader.</summary>
    public Task LeadingAsync() => Eventually.TrueAsync(
        async () => (await CallAsync(MetaService.ListSpaces, new ListSpacesReq())).Code == ErrorCode.SUCCEEDED, "the metad leads");

    public HostAddress Storage(int number) => new($"{net}{number}", 9779);

    public HostAddress Agent(int number, int port = 8888) => new($"{net}{number}", port);

    /// <summary>Calls the first metad.</summary>
    public Task<TResponse> CallAsync<TRequest, TResponse>(ThriftMethod<TRequest, TResponse> method, TRequest request) => CallAsync(0, method, request);

    public Task<TResponse> CallAsync<TRequest, TResponse>(int metad, ThriftMethod<TRequest, TResponse> method, TRequest request) =>
        pool.CallAsync(Metads[metad], method, request, Bound, CancellationToken.None);

    /// <summary>Calls on a connection of its own, which is closed when no answer comes in a moment: a client that gives up.</summary>
    public async Task<bool> AnswersAsync<TRequest, TResponse>(ThriftMethod<TRequest, TResponse> method, TRequest request)
    {
        await using var connection = await ThriftConnection.ConnectAsync(Metads[0], new ThriftClientOptions(), CancellationToken.None);
        try
        {
            await connection.CallAsync(method, request, TimeSpan.FromMilliseconds(200), CancellationToken.None);
            return true;
        }
        catch (ThriftTransportException e) when (e.Problem == TransportProblem.Timeout)
        {
            return false;
        }
    }

    public async Task RegisterAsync(params int[] hosts)
    {
        var request = new AddHostsReq { Hosts = [.. hosts.Select(h => HostAddr.Of(Storage(h)))] };
        await LedAsync(async () => (await CallAsync(MetaService.AddHosts, request)).Code);
        foreach (var host in hosts) (await BeatAsync(host)).Code.ShouldBe(ErrorCode.SUCCEEDED);
    }

    /// <summary>A heartbeat of a storaged.</summary>
    public Task<HBResp> BeatAsync(int host, bool withDir = true, long clusterId = 0) => CallAsync(MetaService.HeartBeat, new HBReq
    {
        Role = HostRole.STORAGE,
        Host = HostAddr.Of(Storage(host)),
        ClusterId = clusterId,
        GitInfoSha = "test",
        Dir = withDir ? new DirInfo { Root = $"/n{host}", Data = [$"/n{host}/data"] } : null,
    });

    public Task<AgentHBResp> AgentBeatAsync(int host, int port = 8888) =>
        CallAsync(MetaService.AgentHeartbeat, new AgentHBReq { Host = HostAddr.Of(Agent(host, port)), GitInfoSha = "test" });

    public async Task<int> CreateSpaceAsync(string name, int replicas, int partitions = 3)
    {
        ExecResp? created = null;
        await LedAsync(async () => (created = await CallAsync(MetaService.CreateSpace, new CreateSpaceReq
        {
            Properties = new SpaceDesc
            {
                SpaceName = name, PartitionNum = partitions, ReplicaFactor = replicas, VidType = new ColumnTypeDef { Type = PropertyType.INT64 },
            },
        })).Code);
        return created!.Id.SpaceId!.Value;
    }

    public Task<ExecResp> CreateTagAsync(int space, string name) => CallAsync(MetaService.CreateTag, new CreateTagReq
    {
        SpaceId = space, TagName = name, Schema = new Schema { Columns = [Column("x")] },
    });

    public Task<ExecResp> AddColumnAsync(int space, string tag, string column) => CallAsync(MetaService.AlterTag, AddColumn(space, tag, column));

    public static AlterTagReq AddColumn(int space, string tag, string column) => new()
    {
        SpaceId = space, TagName = tag, TagItems = [new AlterSchemaItem { Op = AlterSchemaOp.ADD, Schema = new Schema { Columns = [Column(column)] } }],
    };

    public Task<CreateBackupResp> BackUpAsync(params string[] spaces) => CallAsync(MetaService.CreateBackup, new CreateBackupReq { Spaces = spaces });

    /// <summary>Snapshots as "name STATUS hosts", hosts by their last numbers.</summary>
    public async Task<IReadOnlyList<string>> SnapshotsAsync() =>
        [.. (await CallAsync(MetaService.ListSnapshots, new ListSnapshotsReq())).Snapshots.Select(s => $"{s.Name} {s.Status} {s.Hosts.Replace(net, "n").Replace(":9779", "")}")];

    public async Task<ErrorCode> DropAsync(params string[] names) => (await CallAsync(MetaService.DropSnapshot, new DropSnapshotReq { Names = names })).Code;

    /// <summary>Starts a backup that waits after it has blocked writes, and goes on when the result is completed.</summary>
    public async Task<(Task<CreateBackupResp> Backup, TaskCompletionSource Go)> HeldBackupAsync(params string[] spaces)
    {
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        Faults.AfterBlocking = async token =>
        {
            Faults.AfterBlocking = null;
            reached.SetResult();
            await go.Task.WaitAsync(token);
        };
        var backup = BackUpAsync(spaces);
        await reached.Task.WaitAsync(Bound);
        return (backup, go);
    }

    public async ValueTask DisposeAsync()
    {
        await pool.DisposeAsync();
        foreach (var daemon in daemons)
            if (daemon is not null) await daemon.KillAsync();
        folder.Dispose();
    }

    /// <summary>A write as a client does it: again while no metad leads, as for a moment after one of several came or went.</summary>
    static async Task LedAsync(Func<Task<ErrorCode>> write)
    {
        var code = ErrorCode.E_LEADER_CHANGED;
        await Eventually.TrueAsync(async () => (code = await write()) != ErrorCode.E_LEADER_CHANGED, "the metad leads");
        code.ShouldBe(ErrorCode.SUCCEEDED);
    }

    static ColumnDef Column(string name) => new() { Name = name, Type = new ColumnTypeDef { Type = PropertyType.INT64 }, Nullable = true };
}
