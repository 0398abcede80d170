using NebulaKeep.DevCluster.Storage.Replication;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Thrift.Server;

namespace NebulaKeep.DevCluster.Storage.Service;

/// <summary>What the raft port answers.</summary>
static class ReplicationMethods
{
    public static ThriftHandlers Build(StorageNode node) => new ThriftHandlers()
        .On(ReplicationService.Append, async (request, token) => await node.FindAsync(request.Space, request.Part, token) is { } partition
            ? await partition.AcceptAsync(request, token)
            : Unknown)
        .On(ReplicationService.Copy, async (request, token) => await node.FindAsync(request.Space, request.Part, token) is { } partition
            ? await partition.AcceptAsync(request, token)
            : Unknown);

    static AppendReply Unknown => new(ErrorCode.E_RAFT_UNKNOWN_PART, default);
}
