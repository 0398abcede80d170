using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Thrift.Messages;

namespace NebulaKeep.Nebula.Storage;

/// <summary><see cref="IStorageAdminClient"/> over Thrift. There is no handshake with storaged.</summary>
public sealed class StorageAdminClient : IStorageAdminClient
{
    readonly StorageAdminClientOptions options;
    readonly ConnectionPool pool;
    readonly RetryingCaller caller;

    /// <summary>Makes a client of an admin port; connects later.</summary>
    public StorageAdminClient(HostAddress adminAddress, StorageAdminClientOptions options)
    {
        Address = adminAddress;
        this.options = options;
        pool = new ConnectionPool(options.Connection, (_, _) => Task.CompletedTask);
        caller = new RetryingCaller(pool, options.Retry, options.Connection.Clock);
    }

    /// <inheritdoc/>
    public HostAddress Address { get; }

    /// <summary>Makes a client for the storaged that metad knows by its data address.</summary>
    public static StorageAdminClient OfStorage(HostAddress dataAddress, StorageAdminClientOptions options) =>
        new(dataAddress.WithPort(dataAddress.Port + NebulaProtocol.AdminPortOffset), options);

    /// <inheritdoc/>
    public async Task SetWritesBlockedAsync(IReadOnlyCollection<int> spaceIds, bool blocked, CancellationToken cancellationToken)
    {
        var sign = blocked ? EngineSignType.BLOCK_ON : EngineSignType.BLOCK_OFF;
        foreach (var space in spaceIds)
        {
            var request = new BlockingSignRequest { SpaceIds = [space], Sign = sign };
            await CallAsync(StorageAdminService.BlockingWrites, request, CallKind.Repeatable, null,
                $"blockingWrites {sign} of space {space}", IgnoreMissing, cancellationToken);
        }

        static ErrorCode IgnoreMissing(BlockingSignResp response) =>
            response.Code == ErrorCode.E_SPACE_NOT_FOUND ? ErrorCode.SUCCEEDED : response.Code;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckpointInfo>> CreateCheckpointAsync(IReadOnlyList<int> spaceIds, string name,
        CancellationToken cancellationToken)
    {
        var request = new CreateCPRequest { SpaceIds = spaceIds, Name = name };
        return (await CallAsync(StorageAdminService.CreateCheckpoint, request, CallKind.Once, options.CheckpointTimeout,
            $"createCheckpoint {name}", r => r.Code, cancellationToken)).Info;
    }

    /// <inheritdoc/>
    public Task DropCheckpointAsync(IReadOnlyList<int> spaceIds, string name, CancellationToken cancellationToken)
    {
        var request = new DropCPRequest { SpaceIds = spaceIds, Name = name };
        return CallAsync(StorageAdminService.DropCheckpoint, request, CallKind.Repeatable, options.CheckpointTimeout,
            $"dropCheckpoint {name}", r => r.Code, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<int, IReadOnlyList<int>>> GetLeaderPartsAsync(CancellationToken cancellationToken)
    {
        var response = await CallAsync(StorageAdminService.GetLeaderParts, GetLeaderReq.Empty, CallKind.Repeatable, null,
            "getLeaderParts", r => r.Code, cancellationToken);
        return response.LeaderParts;
    }

    /// <summary>
    /// Has the host hand the leadership of a partition to another replica. Success means that it was begun: ask for the leaders again.
    /// </summary>
    public Task TransferLeaderAsync(int spaceId, int part, HostAddress newLeader, CancellationToken cancellationToken)
    {
        var request = new TransLeaderReq { SpaceId = spaceId, PartId = part, NewLeader = HostAddr.Of(newLeader) };
        return CallAsync(StorageAdminService.TransLeader, request, CallKind.Repeatable, null, $"transLeader of space {spaceId} part {part} to {newLeader}",
            response => response.Result.FailedParts.Select(failed => failed.Code).FirstOrDefault(ErrorCode.SUCCEEDED), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => pool.DisposeAsync();

    Task<TResponse> CallAsync<TRequest, TResponse>(
        ThriftMethod<TRequest, TResponse> method, TRequest request, CallKind kind, TimeSpan? timeout, string text,
        Func<TResponse, ErrorCode> codeOf, CancellationToken cancellationToken) =>
        caller.CallAsync(new PlannedCall<TRequest, TResponse>(method, request, kind, timeout, text, codeOf), Address, cancellationToken);
}
