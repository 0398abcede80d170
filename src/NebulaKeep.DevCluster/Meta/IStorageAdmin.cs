using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Meta;

/// <summary>
/// metad's calls to storaged's admin port: a new connection for each, and no time limit (observed with NebulaGraph 3.8.0).
/// Hosts are given by their data address. A host that cannot be reached answers <see cref="ErrorCode.E_RPC_FAILURE"/>.
/// </summary>
interface IStorageAdmin
{
    Task<ErrorCode> BlockWritesAsync(HostAddress storage, IReadOnlyCollection<int> spaces, EngineSignType sign, CancellationToken cancellationToken);

    Task<CreateCPResp> CreateCheckpointAsync(HostAddress storage, IReadOnlyCollection<int> spaces, string name, CancellationToken cancellationToken);

    Task<ErrorCode> DropCheckpointAsync(HostAddress storage, IReadOnlyCollection<int> spaces, string name, CancellationToken cancellationToken);

    Task<ErrorCode> AddTaskAsync(HostAddress storage, AddTaskRequest task, CancellationToken cancellationToken);
}
