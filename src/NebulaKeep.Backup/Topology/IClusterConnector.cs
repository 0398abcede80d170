using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Rpc.Agent;

namespace NebulaKeep.Backup.Topology;

/// <summary>How the engine reaches a cluster. It owns the clients that it hands out; callers don't dispose them.</summary>
public interface IClusterConnector : IAsyncDisposable
{
    /// <summary>metad, following its leader.</summary>
    IMetaClient Meta { get; }

    /// <summary>The admin service of a storaged.</summary>
    /// <param name="storaged">Its service address; the admin port is one less (spec/meta-thrift.md §6).</param>
    IStorageAdminClient StorageAdmin(HostAddress storaged);

    /// <summary>An agent.</summary>
    IAgentClient Agent(HostAddress agent);
}
