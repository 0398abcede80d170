using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.Nebula.Meta;

/// <summary>
/// metad's calls (spec/meta-thrift.md §7). Unless a method takes the address of a metad, it goes to the leader, wherever that is.
/// Every method throws <see cref="NebulaErrorException"/> when the server answers with an error code,
/// <see cref="NebulaUnavailableException"/> when no server could be reached in time, and the exceptions of
/// <see cref="Thrift.Transport.ThriftConnection.CallAsync"/> for the rest. Safe for concurrent use.
/// </summary>
public interface IMetaClient : IAsyncDisposable
{
    /// <summary>
    /// Hosts and their services with directories (metads without). Needs an agent on every host, else E_LIST_CLUSTER_NO_AGENT_FAILURE.
    /// </summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<ServiceInfo>>> ListClusterAsync(CancellationToken cancellationToken);

    /// <summary>Directories of one metad, which answers for itself alone.</summary>
    Task<DirInfo> GetMetaDirInfoAsync(HostAddress metad, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a backup checkpoint of the named spaces, or of all when the list is empty. Never sent twice: after a lost reply metad may
    /// have made it or be at it still, and may have left writes blocked.
    /// </summary>
    Task<BackupMeta> CreateBackupAsync(IReadOnlyList<string> spaces, CancellationToken cancellationToken);

    /// <summary>Drops one snapshot or backup checkpoint. Success does not prove that its files are gone.</summary>
    Task DropSnapshotAsync(string name, CancellationToken cancellationToken);

    /// <summary>Makes a snapshot of everything. Never sent twice.</summary>
    Task CreateSnapshotAsync(CancellationToken cancellationToken);

    /// <summary>Snapshots and backup checkpoints that metad knows.</summary>
    Task<IReadOnlyList<Snapshot>> ListSnapshotsAsync(CancellationToken cancellationToken);

    /// <summary>Lets one metad take in table files of its own disk; must be done at every metad. Never sent twice.</summary>
    Task RestoreMetaAsync(HostAddress metad, IReadOnlyList<string> files, IReadOnlyList<HostPair> hosts,
        CancellationToken cancellationToken);

    /// <summary>Ids and names of all spaces.</summary>
    Task<IReadOnlyList<IdName>> ListSpacesAsync(CancellationToken cancellationToken);

    /// <summary>One space; E_SPACE_NOT_FOUND if it does not exist.</summary>
    Task<SpaceItem> GetSpaceAsync(string name, CancellationToken cancellationToken);

    /// <summary>Drops a space; waits while a backup runs.</summary>
    Task DropSpaceAsync(string name, bool ifExists, CancellationToken cancellationToken);

    /// <summary>Hosts of one kind; ALLOC gives storage hosts with their partitions.</summary>
    Task<IReadOnlyList<HostItem>> ListHostsAsync(ListHostType type, CancellationToken cancellationToken);

    /// <summary>All partitions of a space with leader and peers.</summary>
    Task<IReadOnlyList<PartItem>> ListPartsAsync(int spaceId, CancellationToken cancellationToken);

    /// <summary>Partition to its hosts.</summary>
    Task<IReadOnlyDictionary<int, IReadOnlyList<HostAddr>>> GetPartsAllocAsync(int spaceId, CancellationToken cancellationToken);

    /// <summary>Registers storageds.</summary>
    Task AddHostsAsync(IReadOnlyList<HostAddress> hosts, CancellationToken cancellationToken);

    /// <summary>Takes storageds without partitions out.</summary>
    Task DropHostsAsync(IReadOnlyList<HostAddress> hosts, CancellationToken cancellationToken);

    /// <summary>Registers an agent and returns the live services of its host.</summary>
    Task<IReadOnlyList<ServiceInfo>> AgentHeartbeatAsync(HostAddress agent, string gitInfoSha, string? version,
        CancellationToken cancellationToken);

    /// <summary>
    /// Submits, shows or stops a job. Not while a backup runs: that stalls the cluster's heartbeats (spec/meta-thrift.md §4).
    /// </summary>
    Task<AdminJobResult> RunAdminJobAsync(AdminJobReq request, CancellationToken cancellationToken);

    /// <summary>A registered configuration value; with local_config (the default) daemons register none.</summary>
    Task<IReadOnlyList<ConfigItem>> GetConfigAsync(ConfigModule module, string name, CancellationToken cancellationToken);

    /// <summary>Registered configuration values.</summary>
    Task<IReadOnlyList<ConfigItem>> ListConfigsAsync(ConfigModule module, CancellationToken cancellationToken);

    /// <summary>Zones with their hosts.</summary>
    Task<IReadOnlyList<Zone>> ListZonesAsync(CancellationToken cancellationToken);
}
