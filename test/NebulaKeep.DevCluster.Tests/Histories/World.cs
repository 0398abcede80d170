using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Cleanup;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Retention;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.ObjectStore;
using NebulaKeep.Testing;

namespace NebulaKeep.DevCluster.Tests.Histories;

/// <summary>A cluster that lives through histories, with a model of what its users wrote; remembers what the data was at each backup.</summary>
sealed class World(AgentedCluster agented, JumpingClock clock, string folder) : IAsyncDisposable
{
    const int MostSpaces = 4;
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    static readonly BackupTimes Times = new() { BetweenBackups = TimeSpan.FromMilliseconds(1), OpenWritesAgain = TimeSpan.FromMilliseconds(1), RetryPause = TimeSpan.FromMilliseconds(50) };
    static readonly LeaseHolder Self = new("test", "host", 1, DateTimeOffset.UnixEpoch, "any");

    readonly List<SpaceModel> spaces = [];
    readonly Dictionary<string, IReadOnlyList<SpaceModel>> dataAt = new(StringComparer.Ordinal);
    readonly List<string> done = [];
    Random random = new(0);
    StoreSettings settings = null!;
    IObjectStore store = null!;
    int created;

    /// <summary>Backups that were made, by kind; a property that never meets one is worth nothing.</summary>
    public Dictionary<string, int> Made { get; } = new(StringComparer.Ordinal) { ["full"] = 0, ["share"] = 0, ["wal"] = 0 };

    /// <summary>Backups that were compared.</summary>
    public int Compared { get; private set; }

    /// <summary>Drops what there is and makes the first two spaces.</summary>
    public async Task BeginAsync()
    {
        while (spaces.Count > 0) await DropSpaceAsync(spaces[0]);
        await CreateSpaceAsync(partitions: 2, replicas: 3);
        await CreateSpaceAsync(partitions: 3, replicas: 1);
    }

    /// <summary>Lives through one history with a store of its own, then compares all backups that are left.</summary>
    public async Task LiveAsync(int seed, int steps)
    {
        var root = Directory.CreateDirectory($"{folder}/store/{seed}").FullName;
        (random, settings) = (new Random(seed), new StoreSettings { Uri = StoreUri.Parse($"local://{root}") });
        await using var opened = store = ObjectStores.Open(settings, NullLoggerFactory.Instance, clock);
        done.Clear();
        for (var i = 0; i < steps; i++) await StepAsync();
        await CompareAsync(seed);
        Directory.Delete(root, recursive: true);
    }

    public ValueTask DisposeAsync() => agented.DisposeAsync();

    async Task CompareAsync(int seed)
    {
        var topology = await TopologyReader.ReadAsync(agented.Meta, CancellationToken.None);
        foreach (var name in await CompleteAsync())
        {
            var place = $"{folder}/restored/{name}";
            (await new RestoredFiles(store, topology, place).FindWrongAsync(name, dataAt[name.Value])).ShouldBeNull($"seed {seed}: {string.Join("; ", done)}");
            Directory.Delete(place, recursive: true);
            Compared++;
        }
    }

    Task StepAsync() => random.Next(100) switch
    {
        < 38 => WriteAsync(),
        < 44 => JobAsync(JobType.FLUSH),
        < 48 => JobAsync(JobType.COMPACT),
        < 50 when spaces.Count < MostSpaces => CreateSpaceAsync(1 + random.Next(3), random.Next(2) == 0 ? 1 : 3),
        < 53 when spaces.Count > 2 => DropSpaceAsync(spaces[random.Next(2, spaces.Count)]),
        < 65 => BackUpAsync("full", null),
        < 80 => BackUpAsync("share", IncrementalMode.Share),
        < 94 => BackUpAsync("wal", IncrementalMode.Wal),
        < 98 => DeleteAsync(),
        _ => PruneAsync(),
    };

    async Task WriteAsync()
    {
        var space = spaces[random.Next(spaces.Count)];
        done.Add($"write {space.Name}");
        for (var i = 0; i < space.Partitions.Count; i++)
            if (random.Next(3) > 0)
                await WriteAsync(space, i + 1);
    }

    async Task WriteAsync(SpaceModel space, int partition)
    {
        var rows = space.Partitions[partition - 1];
        var puts = Enumerable.Range(0, 1 + random.Next(20)).Select(_ => new KeyValue { Key = [(byte)random.Next(60)], Value = Content() }).DistinctBy(p => p.Key[0]).ToList();
        await AtLeaderAsync(space, partition, host => agented.Cluster.CallAsync(host, GraphStorageService.Put, new KVPutRequest { SpaceId = space.Id, Parts = new Dictionary<int, IReadOnlyList<KeyValue>> { [partition] = puts } }));
        foreach (var put in puts) rows[Convert.ToHexString(put.Key)] = Convert.ToHexString(put.Value);
        var removals = rows.Keys.Where(_ => random.Next(5) == 0).ToList();
        if (removals.Count == 0) return;
        await AtLeaderAsync(space, partition, host => agented.Cluster.CallAsync(host, GraphStorageService.Remove, new KVRemoveRequest { SpaceId = space.Id, Parts = new Dictionary<int, IReadOnlyList<byte[]>> { [partition] = [.. removals.Select(Convert.FromHexString)] } }));
        foreach (var key in removals) rows.Remove(key);
    }

    byte[] Content()
    {
        var bytes = new byte[random.Next(600)];
        random.NextBytes(bytes);
        return bytes;
    }

    // The leaders of a new space need a moment, and so does one whose heartbeat is late.
    async Task AtLeaderAsync(SpaceModel space, int partition, Func<HostAddress, Task<ExecResponse>> call)
    {
        var leader = (await agented.Meta.ListPartsAsync(space.Id, CancellationToken.None)).Single(p => p.PartId == partition).Peers[0].ToAddress();
        await Eventually.TrueAsync(async () => (await call(leader)).Result.FailedParts.Count == 0, $"partition {partition} of {space.Name} is written at {leader}", Bound);
    }

    async Task JobAsync(JobType type)
    {
        var space = spaces[random.Next(spaces.Count)];
        done.Add($"{type} {space.Name}");
        await agented.Meta.RunAdminJobAsync(new AdminJobReq { SpaceId = space.Id, Op = JobOp.ADD, Type = type }, CancellationToken.None);
        await Eventually.TrueAsync(
            async () => ((await agented.Meta.RunAdminJobAsync(new AdminJobReq { SpaceId = space.Id, Op = JobOp.SHOW_All }, CancellationToken.None)).JobDesc ?? []).All(j => j.Status == JobStatus.FINISHED),
            $"{type} of {space.Name}", Bound);
    }

    async Task CreateSpaceAsync(int partitions, int replicas)
    {
        var name = $"space{++created}";
        done.Add($"create {name}({partitions}, {replicas})");
        await agented.Cluster.QueryAsync($"CREATE SPACE {name}(partition_num={partitions}, replica_factor={replicas}, vid_type=FIXED_STRING(16))");
        var id = (await agented.Meta.ListSpacesAsync(CancellationToken.None)).Single(s => s.Name == name).Id.SpaceId!.Value;
        var space = new SpaceModel(id, name, replicas, [.. Enumerable.Range(0, partitions).Select(_ => new Rows())]);
        spaces.Add(space);
        for (var partition = 1; partition <= partitions; partition++) await WriteAsync(space, partition);
    }

    async Task DropSpaceAsync(SpaceModel space)
    {
        done.Add($"drop {space.Name}");
        await agented.Meta.DropSpaceAsync(space.Name, ifExists: false, CancellationToken.None);
        spaces.Remove(space);
    }

    async Task BackUpAsync(string kind, IncrementalMode? mode)
    {
        var complete = await CompleteAsync();
        if (mode is not null && complete.Count == 0) (kind, mode) = ("full", null);
        var incremental = mode is { } m ? new IncrementalRequest(random.Next(2) == 0 ? null : complete[random.Next(complete.Count)], m) : null;
        clock.Jump(TimeSpan.FromSeconds(1.1));
        var run = new BackupRun(agented, store, settings, Times, clock, random, new SilentObserver());
        try
        {
            var result = await run.RunAsync(new BackupRequest { CreatedBy = "test", Incremental = incremental, AlwaysHash = random.Next(3) == 0 }, CancellationToken.None);
            done.Add($"{kind} {result.Name}{(incremental is null ? "" : $" on {result.Manifest.Base}")}");
            dataAt[result.Name.Value] = [.. spaces.Select(s => s.Copy())];
            Made[kind]++;
        }
        catch (BackupFailedException e) when (mode == IncrementalMode.Wal && e.InnerException is BaseRefusedException refused)
        {
            done.Add($"wal refused: {refused.Message}");
        }
    }

    async Task DeleteAsync()
    {
        var complete = await CompleteAsync();
        if (complete.Count == 0) return;
        var name = complete[random.Next(complete.Count)];
        done.Add($"delete {name}");
        await new BackupCleaner(store, Times.Lease, clock, random).RemoveAsync(name, force: true, Self, CancellationToken.None);
    }

    async Task PruneAsync()
    {
        done.Add("prune");
        var request = new PruneRequest { Policy = new RetentionPolicy { Last = 2 }, Zone = TimeZoneInfo.Utc, Self = Self };
        await new Pruner(store, Times.Lease, clock, random, new SilentObserver()).RunAsync(request, CancellationToken.None);
    }

    async Task<IReadOnlyList<BackupName>> CompleteAsync() =>
        [.. await store.ListAsync("BACKUP_", CancellationToken.None).Where(o => o.Key.EndsWith("/manifest.json", StringComparison.Ordinal)).Select(o => BackupName.Parse(o.Key.Split('/')[0])).ToListAsync()];
}
