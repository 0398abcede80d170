using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Meta;
using NebulaKeep.DevCluster.Storage;
using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.DevCluster.Tests.Storage;

/// <summary>One metad and some storageds in this process, each storaged with two data paths.</summary>
sealed class TestCluster : IAsyncDisposable
{
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    readonly TemporaryFolder folder = new();
    readonly ThriftPool pool = new(new ThriftClientOptions());
    readonly MetaDaemon meta;

    TestCluster() => meta = MetaDaemon.Start(
        new MetaOptions { Address = new HostAddress("127.0.0.1", 0), DataPath = folder["meta"] }, Environment("meta"));

    public List<StorageDaemon> Storages { get; } = [];

    public TemporaryFolder Folder => folder;

    public static async Task<TestCluster> StartAsync(int storages)
    {
        var cluster = new TestCluster();
        for (var i = 0; i < storages; i++) cluster.Storages.Add(cluster.Start(i, new HostAddress("127.0.0.1", 0)));
        await UntilAsync(async () => (await cluster.MetaAsync(MetaService.AddHosts,
            new AddHostsReq { Hosts = [.. cluster.Storages.Select(storage => HostAddr.Of(storage.Address))] })).Code is ErrorCode.SUCCEEDED or ErrorCode.E_EXISTED);
        return cluster;
    }

    public StorageDaemon Start(int index, HostAddress address) => StorageDaemon.Start(new StorageOptions
    {
        Address = address,
        DataPaths = [folder[$"s{index}/a"], folder[$"s{index}/b"]],
        Metads = [meta.Address],
        HeartbeatInterval = TimeSpan.FromSeconds(1),
        Wal = new PartitionWalOptions { FileSize = 64 << 10 },
    }, Environment($"s{index}"));

    /// <summary>Ends a storaged, cleanly or not, and starts it again on its data.</summary>
    public async Task RestartAsync(int index, bool kill)
    {
        var address = Storages[index].Address;
        await (kill ? Storages[index].KillAsync() : Storages[index].DisposeAsync());
        Storages[index] = Start(index, address);
    }

    public async Task<int> CreateSpaceAsync(string name, int parts, int replicas)
    {
        var created = await UntilAsync(() => MetaAsync(MetaService.CreateSpace, new CreateSpaceReq
        {
            Properties = new SpaceDesc
            {
                SpaceName = name, PartitionNum = parts, ReplicaFactor = replicas, CharsetName = "utf8", CollateName = "utf8_bin",
                VidType = new ColumnTypeDef { Type = PropertyType.FIXED_STRING, TypeLength = 16 },
            },
        }), response => response.Code == ErrorCode.SUCCEEDED);
        return created.Id.SpaceId!.Value;
    }

    public async Task<int> CreateTagAsync(int space, string name, params ColumnDef[] columns)
    {
        var created = await MetaAsync(MetaService.CreateTag, new CreateTagReq { SpaceId = space, TagName = name, Schema = new Schema { Columns = columns } });
        created.Code.ShouldBe(ErrorCode.SUCCEEDED);
        return created.Id.TagId!.Value;
    }

    public Task<TResponse> MetaAsync<TRequest, TResponse>(ThriftMethod<TRequest, TResponse> method, TRequest request) =>
        pool.CallAsync(meta.Address, method, request, Bound, CancellationToken.None);

    public Task<TResponse> DataAsync<TRequest, TResponse>(int storage, ThriftMethod<TRequest, TResponse> method, TRequest request) =>
        pool.CallAsync(Storages[storage].Address, method, request, Bound, CancellationToken.None);

    public Task<TResponse> AdminAsync<TRequest, TResponse>(int storage, ThriftMethod<TRequest, TResponse> method, TRequest request) =>
        pool.CallAsync(Storages[storage].Address.WithPort(Storages[storage].Address.Port - 1), method, request, Bound, CancellationToken.None);

    public async Task<ErrorCode> BlockAsync(int storage, EngineSignType sign, params int[] spaces) =>
        (await AdminAsync(storage, StorageAdminService.BlockingWrites, new BlockingSignRequest { SpaceIds = spaces, Sign = sign })).Code;

    /// <summary>Index of the storaged that leads a partition.</summary>
    public async Task<int> LeaderAsync(int space, int part)
    {
        var parts = await MetaAsync(MetaService.GetPartsAlloc, new GetPartsAllocReq { SpaceId = space });
        return Storages.FindIndex(storage => storage.Address == parts.Parts[part][0].ToAddress());
    }

    /// <summary>Adds a vertex at its leader, once that leads.</summary>
    public Task<ExecResponse> AddAsync(int storage, int space, int part, int tag, params (string Vid, string Name)[] rows) =>
        DataAsync(storage, GraphStorageService.AddVertices, new AddVerticesRequest
        {
            SpaceId = space,
            Parts = new Dictionary<int, IReadOnlyList<NewVertex>>
            {
                [part] = [.. rows.Select(row => new NewVertex { Id = Value.Of(row.Vid), Tags = [new NewTag { TagId = tag, Props = [Value.Of(row.Name)] }] })],
            },
            PropNames = new Dictionary<int, IReadOnlyList<string>> { [tag] = ["name"] },
        });

    public async Task MustAddAsync(int space, int part, int tag, params (string Vid, string Name)[] rows)
    {
        var leader = await LeaderAsync(space, part);
        await UntilAsync(() => AddAsync(leader, space, part, tag, rows), response => response.Result.FailedParts.Count == 0);
    }

    /// <summary>All vertices of a partition as "vid=name", from one storaged.</summary>
    public async Task<IReadOnlyList<string>> ScanAsync(int storage, int space, int part, int tag, bool follower = false)
    {
        var response = await UntilAsync(() => DataAsync(storage, GraphStorageService.ScanVertex, new ScanVertexRequest
        {
            SpaceId = space, Parts = new Dictionary<int, ScanCursor> { [part] = new() }, Limit = -1, EnableReadFromFollower = follower,
            ReturnColumns = [new VertexProp { Tag = tag, Props = ["name"] }],
        }), answer => answer.Result.FailedParts.Count == 0);
        return [.. response.Props!.Rows.Select(row => $"{row.Values[0].AsText}={row.Values[1].AsText}")];
    }

    public static Task UntilAsync(Func<Task<bool>> condition) => UntilAsync(condition, holds => holds);

    /// <summary>Asks until the answer is as wanted; a bound makes a failure of what never becomes so.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> wanted)
    {
        using var bound = new CancellationTokenSource(Bound);
        while (true)
        {
            T? answer = default;
            try
            {
                answer = await ask();
                if (wanted(answer)) return answer;
            }
            catch (NebulaKeepException) when (!bound.IsCancellationRequested)
            {
                // A server that is still starting.
            }
            if (bound.IsCancellationRequested) throw new TimeoutException($"Never came to be as wanted; last answer: {answer}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var storage in Storages) await storage.DisposeAsync();
        await meta.DisposeAsync();
        await pool.DisposeAsync();
        folder.Dispose();
    }

    DaemonEnvironment Environment(string name) => new(
        Directory.CreateDirectory(folder[name]).FullName, TimeProvider.System, new Random(7), NullLoggerFactory.Instance);
}
