using System.Text;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>How createBackup goes wrong.</summary>
enum CreateBackupFault
{
    None,

    /// <summary>A storaged is down: writes are opened again, the record stays INVALID (observed).</summary>
    BlockWriteFailure,

    /// <summary>A job runs: nothing is left (observed).</summary>
    RunningJobs,

    /// <summary>metad dies with writes blocked and comes back: the record stays INVALID, writes stay blocked (observed).</summary>
    DiesAndComesBack,

    /// <summary>As before, and it stays away.</summary>
    DiesForGood,

    /// <summary>Never answers; the checkpoint is made.</summary>
    Hangs,
}

/// <summary>metad of the fake cluster. What backups do not call is not there.</summary>
sealed class FakeMeta(FakeCluster cluster) : IMetaClient
{
    static readonly string[] Tables = ["__spaces__", "__parts__", "__index__"];
    int made;

    public CreateBackupFault Fault { get; set; }

    public SortedDictionary<string, SnapshotStatus> Snapshots { get; } = new(StringComparer.Ordinal);

    /// <summary>dropSnapshot succeeds and leaves directories (observed).</summary>
    public bool DropLeavesFiles { get; set; }

    /// <summary>restoreMeta fails with E_RESTORE_FAILURE.</summary>
    public bool RefusesTables { get; set; }

    public HashSet<HostAddress> Offline { get; } = [];

    /// <summary>So many calls of listCluster find a host without an agent.</summary>
    public int LooksBeforeAgents { get; set; }

    /// <summary>Changes what createBackup answers.</summary>
    public Func<BackupMeta, BackupMeta> Answer { get; set; } = meta => meta;

    public IReadOnlyList<HostPair> RestoredPairs { get; private set; } = [];

    public Task<IReadOnlyDictionary<string, IReadOnlyList<ServiceInfo>>> ListClusterAsync(CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyDictionary<string, IReadOnlyList<ServiceInfo>>>("listCluster", cancellationToken, () =>
            LooksBeforeAgents-- > 0 ? throw new NebulaErrorException(ErrorCode.E_LIST_CLUSTER_NO_AGENT_FAILURE, "listCluster", new HostAddress("n1", 9559))
            : cluster.Hosts.ToDictionary(h => h.Name, Services));

    public Task<DirInfo> GetMetaDirInfoAsync(HostAddress metad, CancellationToken cancellationToken)
    {
        var host = cluster.Hosts.Single(h => h.Meta == metad);
        return CallAsync($"getMetaDirInfo {metad}", cancellationToken, () => host.Running.Contains(Role.Meta) ? new DirInfo { Root = host.Root, Data = [host.MetaPath] } : throw Away("getMetaDirInfo"));
    }

    public Task<BackupMeta> CreateBackupAsync(IReadOnlyList<string> spaces, CancellationToken cancellationToken) =>
        cluster.Gate.PassAsync("createBackup", cancellationToken, () => MakeAsync(cancellationToken));

    public Task DropSnapshotAsync(string name, CancellationToken cancellationToken) => CallAsync($"dropSnapshot {name}", cancellationToken, () =>
    {
        if (!Snapshots.Remove(name)) throw new NebulaErrorException(ErrorCode.E_SNAPSHOT_NOT_FOUND, "dropSnapshot", new HostAddress("n1", 9559));
        if (!DropLeavesFiles)
            foreach (var host in cluster.Hosts) FakeAgent.RemoveCheckpoints(host, name);
        return true;
    });

    public Task<IReadOnlyList<Snapshot>> ListSnapshotsAsync(CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<Snapshot>>("listSnapshots", cancellationToken, () => [.. Snapshots.Select(s => new Snapshot { Name = s.Key, Status = s.Value })]);

    public Task RestoreMetaAsync(HostAddress metad, IReadOnlyList<string> files, IReadOnlyList<HostPair> hosts, CancellationToken cancellationToken) =>
        CallAsync($"restoreMeta {metad}", cancellationToken, () =>
        {
            var host = cluster.Hosts.Single(h => h.Meta == metad);
            if (!host.Running.Contains(Role.Meta)) throw Away("restoreMeta");
            var tables = files.Select(f => host.Disk.Text(f)).ToList();
            if (RefusesTables || files.Count == 0 || tables.Exists(string.IsNullOrEmpty)) throw new NebulaErrorException(ErrorCode.E_RESTORE_FAILURE, "restoreMeta", metad);
            foreach (var file in files) host.Disk.Remove(file);
            host.Disk.Write($"{host.MetaPath}/nebula/0/data/db", tables.Single(t => t!.StartsWith("tables", StringComparison.Ordinal))!);
            RestoredPairs = hosts;
            return true;
        });

    public Task<IReadOnlyList<IdName>> ListSpacesAsync(CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<IdName>>("listSpaces", cancellationToken, () => [.. cluster.Spaces.Select(s => new IdName { Id = new ID { SpaceId = s.Id }, Name = s.Name })]);

    public Task<IReadOnlyList<HostItem>> ListHostsAsync(ListHostType type, CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<HostItem>>($"listHosts {type}", cancellationToken, () => [.. cluster.Storageds.Select(Item)]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task CreateSnapshotAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SpaceItem> GetSpaceAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DropSpaceAsync(string name, bool ifExists, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<PartItem>> ListPartsAsync(int spaceId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<int, IReadOnlyList<HostAddr>>> GetPartsAllocAsync(int spaceId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task AddHostsAsync(IReadOnlyList<HostAddress> hosts, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DropHostsAsync(IReadOnlyList<HostAddress> hosts, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ServiceInfo>> AgentHeartbeatAsync(HostAddress agent, string gitInfoSha, string? version, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>What SHOW JOBS tells of any space.</summary>
    public List<JobDesc> Jobs { get; } = [];

    public Task<AdminJobResult> RunAdminJobAsync(AdminJobReq request, CancellationToken cancellationToken) => CallAsync($"job {request.Op}", cancellationToken, () =>
        request.Op == JobOp.SHOW_All ? new AdminJobResult { JobDesc = [.. Jobs] } : throw new NotSupportedException());

    public Task<IReadOnlyList<ConfigItem>> GetConfigAsync(ConfigModule module, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ConfigItem>> ListConfigsAsync(ConfigModule module, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Zone>> ListZonesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<T> CallAsync<T>(string call, CancellationToken cancellationToken, Func<T> effect) =>
        cluster.Gate.PassAsync(call, cancellationToken, () => cluster.MetadRuns ? effect() : throw Away(call));

    static NebulaUnavailableException Away(string call) => new(call, TimeSpan.Zero, new Dictionary<HostAddress, Exception>());

    async Task<BackupMeta> MakeAsync(CancellationToken cancellationToken)
    {
        if (!cluster.MetadRuns) throw Away("createBackup");
        if (Fault == CreateBackupFault.RunningJobs) throw new NebulaErrorException(ErrorCode.E_BACKUP_RUNNING_JOBS, "createBackup", new HostAddress("n1", 9559));
        var name = $"BACKUP_2026_11_22_08_00_{made++:00}";
        Snapshots[name] = SnapshotStatus.INVALID;
        SetBlocked(true);
        if (Fault == CreateBackupFault.BlockWriteFailure)
        {
            SetBlocked(false);
            throw new NebulaErrorException(ErrorCode.E_BLOCK_WRITE_FAILURE, "createBackup", new HostAddress("n1", 9559));
        }

        if (Fault is CreateBackupFault.DiesAndComesBack or CreateBackupFault.DiesForGood)
        {
            if (Fault == CreateBackupFault.DiesForGood)
                foreach (var host in cluster.Metads) host.Running.Remove(Role.Meta);
            throw Away("createBackup");
        }

        var meta = Checkpoint(name);
        if (Fault == CreateBackupFault.Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        SetBlocked(false);
        Snapshots[name] = SnapshotStatus.VALID;
        return Answer(meta);
    }

    BackupMeta Checkpoint(string name)
    {
        var leader = cluster.Metads.First();
        var export = $"{leader.MetaPath}/nebula/0/checkpoints/{name}";
        foreach (var table in Tables) leader.Disk.Write($"{export}/{table}.sst", table == "__spaces__" ? leader.Disk.Text($"{leader.MetaPath}/nebula/0/data/db")! : $"table {table}");
        return new BackupMeta
        {
            BackupName = name,
            Full = true,
            AllSpaces = true,
            CreateTime = 1795342272222,
            MetaFiles = [.. Tables.Select(t => $"{export}/{t}.sst")],
            SpaceBackups = cluster.Spaces.ToDictionary(s => s.Id, s => SpaceBackup(s, name)),
        };
    }

    SpaceBackupInfo SpaceBackup(FakeSpace space, string name) => new()
    {
        Space = new SpaceDesc
        {
            SpaceName = space.Name,
            PartitionNum = space.Parts,
            ReplicaFactor = 1,
            ZoneNames = [.. cluster.Storageds.Select(h => $"default_zone_{h.Name}_9779")],
        },
        HostBackups = [.. cluster.Storageds.Select(h => new HostBackupInfo { Host = HostAddr.Of(h.Storage), Checkpoints = [.. h.DataPaths.Select(p => Checkpoint(h, p, space.Id, name))] })],
    };

    static CheckpointInfo Checkpoint(FakeHost host, string dataPath, int space, string name)
    {
        var engine = $"{dataPath}/nebula/{space}";
        foreach (var part in new[] { "data", "wal" })
            foreach (var file in host.Disk.Below($"{engine}/{part}")) CopyOrLink(host.Disk, file.Key, $"{engine}/checkpoints/{name}{file.Key[engine.Length..]}");
        return new CheckpointInfo { SpaceId = space, DataPath = $"{engine}/checkpoints/{name}", Parts = new Dictionary<int, LogInfo> { [1] = new() { LogId = 7, TermId = 1 } } };
    }

    // SST, OPTIONS and WAL are hard links, CURRENT and MANIFEST copies (observed).
    static void CopyOrLink(FakeDisk disk, string file, string copy)
    {
        var name = file[(file.LastIndexOf('/') + 1)..];
        if (name == "CURRENT" || name.StartsWith("MANIFEST", StringComparison.Ordinal)) disk.Write(copy, disk[file]!);
        else disk.Link(file, copy);
    }

    void SetBlocked(bool blocked)
    {
        foreach (var host in cluster.Storageds)
        {
            if (blocked) host.BlockedSpaces.UnionWith(cluster.Spaces.Select(s => s.Id));
            else host.BlockedSpaces.Clear();
        }
    }

    IReadOnlyList<ServiceInfo> Services(FakeHost host)
    {
        var services = new List<ServiceInfo> { new() { Role = HostRole.AGENT, Addr = HostAddr.Of(host.Agent) } };
        if (host.HasMeta) services.Add(new ServiceInfo { Role = HostRole.META, Addr = HostAddr.Of(host.Meta) });
        if (host.HasGraph) services.Add(new ServiceInfo { Role = HostRole.GRAPH, Addr = HostAddr.Of(host.Graph), Dir = new DirInfo { Root = host.Root } });
        if (host.Has(Role.Storage)) services.Add(new ServiceInfo { Role = HostRole.STORAGE, Addr = HostAddr.Of(host.Storage), Dir = new DirInfo { Root = host.Root, Data = host.DataPaths } });
        return services;
    }

    // Partitions have leaders where the tables name the space and every storaged that holds it runs with its data.
    HostItem Item(FakeHost host)
    {
        var tables = cluster.Metads.First().Disk.Text($"{cluster.Metads.First().MetaPath}/nebula/0/data/db") ?? "";
        var led = cluster.Spaces.Where(s => tables.Contains(s.Name) && cluster.Storageds.All(h => h.Running.Contains(Role.Storage) && h.DataPaths.All(p => h.Disk[$"{p}/nebula/{s.Id}/data/CURRENT"] is not null)));
        return new HostItem
        {
            HostAddr = HostAddr.Of(host.Storage),
            Role = HostRole.STORAGE,
            Status = Offline.Contains(host.Storage) ? HostStatus.OFFLINE : HostStatus.ONLINE,
            GitInfoSha = "46b2aac66",
            LeaderParts = led.ToDictionary(s => s.Name, IReadOnlyList<int> (s) => [.. Enumerable.Range(1, s.Parts)]),
        };
    }
}
