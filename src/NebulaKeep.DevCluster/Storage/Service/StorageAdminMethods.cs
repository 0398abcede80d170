using Microsoft.Extensions.Logging;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;
using NebulaKeep.Thrift.Server;

namespace NebulaKeep.DevCluster.Storage.Service;

/// <summary>What the admin port answers (spec/meta-thrift.md §8). There is no balancing: leaders and replicas stay where they are.</summary>
sealed class StorageAdminMethods(StorageNode node, ILogger logger)
{
    readonly Checkpoints checkpoints = new(node, logger);

    public ThriftHandlers Build()
    {
        var handlers = new ThriftHandlers()
            .On(StorageAdminService.CreateCheckpoint, checkpoints.CreateAsync)
            .On(StorageAdminService.DropCheckpoint, checkpoints.DropAsync)
            .On(StorageAdminService.BlockingWrites, BlockAsync)
            .On(StorageAdminService.GetLeaderParts, LeadersAsync)
            .On(StorageAdminService.AddAdminTask, RunTaskAsync)
            .On(StorageAdminService.StopAdminTask, (_, _) => Task.FromResult(new StopTaskResp { Code = ErrorCode.E_UNSUPPORTED }))
            .On(StorageAdminService.ClearSpace, (_, _) => Task.FromResult(new ClearSpaceResp { Code = ErrorCode.E_UNSUPPORTED }));
        Refuse(handlers, StorageAdminService.TransLeader, request => request.PartId);
        Refuse(handlers, StorageAdminService.AddPart, request => request.PartId);
        Refuse(handlers, StorageAdminService.AddLearner, request => request.PartId);
        Refuse(handlers, StorageAdminService.RemovePart, request => request.PartId);
        Refuse(handlers, StorageAdminService.MemberChange, request => request.PartId);
        Refuse(handlers, StorageAdminService.WaitingForCatchUpData, request => request.PartId);
        Refuse(handlers, StorageAdminService.CheckPeers, request => request.PartId);
        return handlers;
    }

    /// <summary>Spaces in the order of the list; the first unknown one ends it, and the later ones stay as they are, as with real servers.</summary>
    async Task<BlockingSignResp> BlockAsync(BlockingSignRequest request, CancellationToken cancellationToken)
    {
        foreach (var space in request.SpaceIds)
        {
            if (await node.FindAsync(space, cancellationToken) is not { } store) return new BlockingSignResp { Code = ErrorCode.E_SPACE_NOT_FOUND };
            foreach (var partition in store.Partitions.Values) partition.IsBlocked = request.Sign == EngineSignType.BLOCK_ON;
        }
        return new BlockingSignResp();
    }

    Task<GetLeaderPartsResp> LeadersAsync(GetLeaderReq request, CancellationToken cancellationToken) => Task.FromResult(new GetLeaderPartsResp
    {
        LeaderParts = node.Stores.All.ToDictionary(store => store.Key,
            store => (IReadOnlyList<int>)[.. store.Value.Partitions.Values.Where(part => part.IsReady).Select(part => part.Id).Order()]),
    });

    /// <summary>FLUSH and COMPACT are done before the answer; other jobs do not exist here.</summary>
    async Task<AddTaskResp> RunTaskAsync(AddTaskRequest request, CancellationToken cancellationToken)
    {
        if (request.JobType is not (JobType.FLUSH or JobType.COMPACT)) return new AddTaskResp { Code = ErrorCode.E_UNSUPPORTED };
        if (await node.FindAsync(request.Para.SpaceId, cancellationToken) is not { } store) return new AddTaskResp { Code = ErrorCode.E_SPACE_NOT_FOUND };
        foreach (var engine in store.Engines)
            if (request.JobType == JobType.FLUSH) engine.Database.Flush();
            else engine.Database.Compact();
        return new AddTaskResp();
    }

    static void Refuse<TRequest>(ThriftHandlers handlers, ThriftMethod<TRequest, AdminExecResp> method, Func<TRequest, int> partition)
        where TRequest : class, IThriftStruct<TRequest> =>
        handlers.On(method, (request, _) => Task.FromResult(new AdminExecResp
        {
            Result = new ResponseCommon { FailedParts = [new PartitionResult { Code = ErrorCode.E_UNSUPPORTED, PartId = partition(request) }], LatencyInUs = 0 },
        }));
}
