using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.Nebula.Meta;

/// <summary>
/// <see cref="IMetaClient"/> over Thrift. Connects when first needed, greets each connection with verifyClientVersion, follows
/// E_LEADER_CHANGED with and without an address, and goes on to the next metad when one does not answer.
/// </summary>
public sealed class MetaClient : IMetaClient
{
    readonly MetaClientOptions options;
    readonly ConnectionPool pool;
    readonly RetryingCaller caller;
    readonly LeaderDirectory leaders;

    /// <summary>Makes a client; connects later.</summary>
    /// <exception cref="ArgumentException">There is no address.</exception>
    public MetaClient(MetaClientOptions options)
    {
        if (options.Addresses.Count == 0)
            throw new ArgumentException("a meta client needs the address of at least one metad", nameof(options));
        this.options = options;
        pool = new ConnectionPool(options.Connection, GreetAsync);
        caller = new RetryingCaller(pool, options.Retry, options.Connection.Clock);
        leaders = new LeaderDirectory(options.Addresses);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<ServiceInfo>>> ListClusterAsync(CancellationToken cancellationToken) =>
        (await LeaderAsync(MetaService.ListCluster, ListClusterInfoReq.Empty, cancellationToken)).HostServices;

    /// <inheritdoc/>
    public async Task<DirInfo> GetMetaDirInfoAsync(HostAddress metad, CancellationToken cancellationToken)
    {
        var call = new PlannedCall<GetMetaDirInfoReq, GetMetaDirInfoResp>(
            MetaService.GetMetaDirInfo, GetMetaDirInfoReq.Empty, CallKind.Repeatable, null, "getMetaDirInfo", r => r.Code);
        return (await caller.CallAsync(call, metad, cancellationToken)).Dir;
    }

    /// <inheritdoc/>
    public async Task<BackupMeta> CreateBackupAsync(IReadOnlyList<string> spaces, CancellationToken cancellationToken)
    {
        var call = Plan(MetaService.CreateBackup, new CreateBackupReq { Spaces = spaces }, CallKind.Once, options.CreateBackupTimeout,
            "createBackup");
        return (await LeaderAsync(call, cancellationToken)).Meta;
    }

    /// <inheritdoc/>
    public Task DropSnapshotAsync(string name, CancellationToken cancellationToken) =>
        LeaderAsync(Plan(MetaService.DropSnapshot, new DropSnapshotReq { Names = [name] }, CallKind.Repeatable, options.LongCallTimeout,
            $"dropSnapshot {name}"), cancellationToken);

    /// <inheritdoc/>
    public Task CreateSnapshotAsync(CancellationToken cancellationToken) =>
        LeaderAsync(Plan(MetaService.CreateSnapshot, CreateSnapshotReq.Empty, CallKind.Once, options.CreateBackupTimeout,
            "createSnapshot"), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Snapshot>> ListSnapshotsAsync(CancellationToken cancellationToken) =>
        (await LeaderAsync(MetaService.ListSnapshots, ListSnapshotsReq.Empty, cancellationToken)).Snapshots;

    /// <inheritdoc/>
    public async Task RestoreMetaAsync(HostAddress metad, IReadOnlyList<string> files, IReadOnlyList<HostPair> hosts,
        CancellationToken cancellationToken)
    {
        var request = new RestoreMetaReq { Files = files, Hosts = hosts };
        await caller.CallAsync(Plan(MetaService.RestoreMeta, request, CallKind.Once, options.LongCallTimeout, "restoreMeta"), metad,
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IdName>> ListSpacesAsync(CancellationToken cancellationToken) =>
        (await LeaderAsync(MetaService.ListSpaces, ListSpacesReq.Empty, cancellationToken)).Spaces;

    /// <inheritdoc/>
    public async Task<SpaceItem> GetSpaceAsync(string name, CancellationToken cancellationToken)
    {
        var call = Plan(MetaService.GetSpace, new GetSpaceReq { SpaceName = name }, CallKind.Repeatable, null, $"getSpace {name}");
        return (await LeaderAsync(call, cancellationToken)).Item;
    }

    /// <inheritdoc/>
    public Task DropSpaceAsync(string name, bool ifExists, CancellationToken cancellationToken)
    {
        var request = new DropSpaceReq { SpaceName = name, IfExists = ifExists };
        // Without IF EXISTS a repeated drop would answer "not found" for the space that the first one dropped.
        var kind = ifExists ? CallKind.Repeatable : CallKind.Once;
        return LeaderAsync(Plan(MetaService.DropSpace, request, kind, options.LongCallTimeout, $"dropSpace {name}"), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HostItem>> ListHostsAsync(ListHostType type, CancellationToken cancellationToken) =>
        (await LeaderAsync(MetaService.ListHosts, new ListHostsReq { Type = type }, cancellationToken)).Hosts;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PartItem>> ListPartsAsync(int spaceId, CancellationToken cancellationToken) =>
        (await LeaderAsync(MetaService.ListParts, new ListPartsReq { SpaceId = spaceId }, cancellationToken)).Parts;

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<int, IReadOnlyList<HostAddr>>> GetPartsAllocAsync(int spaceId,
        CancellationToken cancellationToken) =>
        (await LeaderAsync(MetaService.GetPartsAlloc, new GetPartsAllocReq { SpaceId = spaceId }, cancellationToken)).Parts;

    /// <inheritdoc/>
    public Task AddHostsAsync(IReadOnlyList<HostAddress> hosts, CancellationToken cancellationToken) =>
        LeaderAsync(Plan(MetaService.AddHosts, new AddHostsReq { Hosts = Wire(hosts) }, CallKind.Once, null, "addHosts"),
            cancellationToken);

    /// <inheritdoc/>
    public Task DropHostsAsync(IReadOnlyList<HostAddress> hosts, CancellationToken cancellationToken) =>
        LeaderAsync(Plan(MetaService.DropHosts, new DropHostsReq { Hosts = Wire(hosts) }, CallKind.Once, null, "dropHosts"),
            cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ServiceInfo>> AgentHeartbeatAsync(HostAddress agent, string gitInfoSha, string? version,
        CancellationToken cancellationToken)
    {
        var request = new AgentHBReq { Host = HostAddr.Of(agent), GitInfoSha = gitInfoSha, Version = version };
        return (await LeaderAsync(MetaService.AgentHeartbeat, request, cancellationToken)).ServiceList;
    }

    /// <inheritdoc/>
    public async Task<AdminJobResult> RunAdminJobAsync(AdminJobReq request, CancellationToken cancellationToken)
    {
        // A job that is queued already is not added again (spec/meta-thrift.md §7.14), but one that has finished meanwhile would be.
        var kind = request.Op is JobOp.SHOW or JobOp.SHOW_All ? CallKind.Repeatable : CallKind.Once;
        return (await LeaderAsync(Plan(MetaService.RunAdminJob, request, kind, null, $"runAdminJob {request.Op} {request.Type}"),
            cancellationToken)).Result;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ConfigItem>> GetConfigAsync(ConfigModule module, string name, CancellationToken cancellationToken)
    {
        var request = new GetConfigReq { Item = new ConfigItem { Module = module, Name = name } };
        return (await LeaderAsync(Plan(MetaService.GetConfig, request, CallKind.Repeatable, null, $"getConfig {name}"),
            cancellationToken)).Items;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ConfigItem>> ListConfigsAsync(ConfigModule module, CancellationToken cancellationToken) =>
        (await LeaderAsync(MetaService.ListConfigs, new ListConfigsReq { Module = module }, cancellationToken)).Items;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Zone>> ListZonesAsync(CancellationToken cancellationToken) =>
        (await LeaderAsync(MetaService.ListZones, ListZonesReq.Empty, cancellationToken)).Zones;

    /// <summary>
    /// Calls a method of the leader that has no method of its own here. Throws as those of <see cref="IMetaClient"/>.
    /// </summary>
    /// <param name="method">From <see cref="MetaService"/>.</param>
    /// <param name="request">Its argument.</param>
    /// <param name="repeatable">True if twice does no more than once, so that a lost reply may be asked for again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<TResponse> CallLeaderAsync<TRequest, TResponse>(
        ThriftMethod<TRequest, TResponse> method, TRequest request, bool repeatable, CancellationToken cancellationToken)
        where TResponse : IMetaResponse =>
        LeaderAsync(Plan(method, request, repeatable ? CallKind.Repeatable : CallKind.Once, null, method.Name), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => pool.DisposeAsync();

    static PlannedCall<TRequest, TResponse> Plan<TRequest, TResponse>(
        ThriftMethod<TRequest, TResponse> method, TRequest request, CallKind kind, TimeSpan? timeout, string text)
        where TResponse : IMetaResponse =>
        new(method, request, kind, timeout, text, response => response.Code);

    static HostAddr[] Wire(IReadOnlyList<HostAddress> hosts) => [.. hosts.Select(HostAddr.Of)];

    Task<TResponse> LeaderAsync<TRequest, TResponse>(ThriftMethod<TRequest, TResponse> method, TRequest request,
        CancellationToken cancellationToken)
        where TResponse : IMetaResponse =>
        LeaderAsync(Plan(method, request, CallKind.Repeatable, null, method.Name), cancellationToken);

    Task<TResponse> LeaderAsync<TRequest, TResponse>(PlannedCall<TRequest, TResponse> call, CancellationToken cancellationToken)
        where TResponse : IMetaResponse =>
        caller.CallAsync(call, new LeaderRoute<TResponse>(leaders), cancellationToken);

    async Task GreetAsync(ThriftConnection connection, CancellationToken cancellationToken)
    {
        var request = new VerifyClientVersionReq { Host = options.ClientAddress is { } own ? HostAddr.Of(own) : HostAddr.Empty };
        var response = await connection.CallAsync(MetaService.VerifyClientVersion, request, null, cancellationToken);
        if (response.Code != ErrorCode.SUCCEEDED)
            throw new NebulaErrorException(response.Code, "verifyClientVersion", connection.Address, response.ErrorMsg);
    }
}
