using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.DevCluster.Meta;

/// <inheritdoc/>
sealed partial class StorageAdmin(ThriftClientOptions options, ILogger logger) : IStorageAdmin
{
    public async Task<ErrorCode> BlockWritesAsync(HostAddress storage, IReadOnlyCollection<int> spaces, EngineSignType sign, CancellationToken cancellationToken)
    {
        var request = new BlockingSignRequest { SpaceIds = [.. spaces], Sign = sign };
        return (await CallAsync(storage, StorageAdminService.BlockingWrites, request, cancellationToken))?.Code ?? ErrorCode.E_RPC_FAILURE;
    }

    public async Task<CreateCPResp> CreateCheckpointAsync(HostAddress storage, IReadOnlyCollection<int> spaces, string name, CancellationToken cancellationToken)
    {
        var request = new CreateCPRequest { SpaceIds = [.. spaces], Name = name };
        return await CallAsync(storage, StorageAdminService.CreateCheckpoint, request, cancellationToken) ?? new CreateCPResp { Code = ErrorCode.E_RPC_FAILURE };
    }

    public async Task<ErrorCode> DropCheckpointAsync(HostAddress storage, IReadOnlyCollection<int> spaces, string name, CancellationToken cancellationToken)
    {
        var request = new DropCPRequest { SpaceIds = [.. spaces], Name = name };
        return (await CallAsync(storage, StorageAdminService.DropCheckpoint, request, cancellationToken))?.Code ?? ErrorCode.E_RPC_FAILURE;
    }

    public async Task<ErrorCode> AddTaskAsync(HostAddress storage, AddTaskRequest task, CancellationToken cancellationToken) =>
        (await CallAsync(storage, StorageAdminService.AddAdminTask, task, cancellationToken))?.Code ?? ErrorCode.E_RPC_FAILURE;

    // A new connection for each call and no limit on the answer, as the real metad has it (observed with NebulaGraph 3.8.0).
    async Task<TResponse?> CallAsync<TRequest, TResponse>(
        HostAddress storage, ThriftMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken) where TResponse : class
    {
        try
        {
            await using var connection = await ThriftConnection.ConnectAsync(Addresses.AdminOf(storage), options, cancellationToken);
            return await connection.CallAsync(method, request, Timeout.InfiniteTimeSpan, cancellationToken);
        }
        catch (NebulaKeepException e)
        {
            LogCallFailed(logger, method.Name, storage, e.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} at {Host} failed: {Reason}")]
    static partial void LogCallFailed(ILogger logger, string method, HostAddress host, string reason);
}
