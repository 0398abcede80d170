using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.ObjectStore.Sealed;

namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>A fake cluster with a store, and short ways to back up and restore.</summary>
sealed class Scene
{
    public static readonly StoreSettings Settings = new() { Uri = StoreUri.Parse("local:///backups") };

    readonly StoreSettings settings;
    readonly Random random = new(1);

    /// <param name="seal">Of a sealed root; the agents get it in their requests.</param>
    /// <param name="storeClock">By which the store tells when objects were written; null: the true time.</param>
    public Scene(int metads = 1, Seal? seal = null, TimeProvider? storeClock = null)
    {
        Objects = new MemoryObjectStore(storeClock ?? TimeProvider.System);
        Gate = new Gate();
        var gated = new GatedStore(Objects, Gate);
        (Store, settings) = (seal is null ? gated : SealedStore.Wrap(gated, seal), Settings with { Seal = seal });
        Cluster = new FakeCluster(gated, Gate, metads);
    }

    public MemoryObjectStore Objects { get; }

    public Gate Gate { get; set; }

    public IObjectStore Store { get; }

    public FakeCluster Cluster { get; }

    public RecordingObserver Observer { get; } = new();

    /// <summary>Limits short enough for tests; nothing waits for real servers.</summary>
    public BackupTimes Times { get; set; } = new()
    {
        AgentsRegister = TimeSpan.FromMilliseconds(200),
        AgentsPoll = TimeSpan.FromMilliseconds(1),
        CreateBackup = TimeSpan.FromSeconds(5),
        BetweenBackups = TimeSpan.FromMilliseconds(1),
        OpenWrites = TimeSpan.FromSeconds(2),
        OpenWritesAgain = TimeSpan.FromMilliseconds(1),
        RetryPause = TimeSpan.FromMilliseconds(1),
        DropCheckpoint = TimeSpan.FromMilliseconds(200),
        RemovePartial = TimeSpan.FromSeconds(2),
        Lease = new LeaseTimes(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(20)),
    };

    public RestoreTimes RestoreTimes { get; set; } = new()
    {
        Daemon = TimeSpan.FromSeconds(5),
        MetadReady = TimeSpan.FromMilliseconds(300),
        Leaders = TimeSpan.FromMilliseconds(300),
        Poll = TimeSpan.FromMilliseconds(1),
        RollBack = TimeSpan.FromSeconds(10),
    };

    public Task<BackupResult> BackUpAsync(CancellationToken cancellationToken = default) => BackUpAsync(new BackupRequest { CreatedBy = "test" }, cancellationToken);

    public Task<BackupResult> BackUpAsync(BackupRequest request, CancellationToken cancellationToken = default) => NewRun().RunAsync(request, cancellationToken);

    /// <summary>An incremental; without a base the newest complete one.</summary>
    public Task<BackupResult> BackUpOnAsync(BackupName? baseName, bool alwaysHash = false) =>
        BackUpAsync(new BackupRequest { CreatedBy = "test", Incremental = new IncrementalRequest(baseName), AlwaysHash = alwaysHash });

    public Task<BackupResult> ResumeAsync(BackupName name, CancellationToken cancellationToken = default) => NewRun().ResumeAsync(name, new BackupRequest { CreatedBy = "test" }, cancellationToken);

    BackupRun NewRun() => new(Cluster, Store, settings, Times, TimeProvider.System, random, Observer);

    public Task<RestoreResult> RestoreAsync(BackupName name, CancellationToken cancellationToken = default) => RestoreAsync(Cluster, name, cancellationToken);

    public Task<RestoreResult> RestoreAsync(FakeCluster target, BackupName name, CancellationToken cancellationToken = default) =>
        new FullRestore(target, Store, settings, RestoreTimes, TimeProvider.System, Observer).RunAsync(new RestoreRequest { Name = name }, cancellationToken);

    public Task<IReadOnlyList<RecoveredRestore>> RecoverAsync(bool forward = false) =>
        new RestoreRecovery(Cluster, RestoreTimes, TimeProvider.System, Observer).RunAsync([.. Cluster.Hosts.Select(h => h.Agent)], forward, CancellationToken.None);

    public async Task<IReadOnlyList<string>> KeysAsync() => await Objects.ListAsync("", CancellationToken.None).Select(o => o.Key).ToListAsync();

    public async Task<bool> HasManifestAsync() => (await KeysAsync()).Any(k => k.EndsWith("/manifest.json", StringComparison.Ordinal));

    /// <summary>What must hold after a backup that failed: nothing is left anywhere.</summary>
    public async Task NothingIsLeftAsync(string because)
    {
        (await KeysAsync()).ShouldBeEmpty(because);
        Cluster.WritesOpen.ShouldBeTrue(because);
        Cluster.MetaService.Snapshots.ShouldBeEmpty(because);
        Cluster.HasCheckpointFiles.ShouldBeFalse(because);
    }

    /// <summary>Lets the k-th call fail for a moment, without effect.</summary>
    public static Action<int, string> FailAt(int k) => (number, call) =>
    {
        if (number == k) throw new PlannedFailure(call);
    };

    /// <summary>Cancels at the k-th call.</summary>
    public static Action<int, string> CancelAt(int k, CancellationTokenSource source) => (number, _) =>
    {
        if (number == k) source.Cancel();
    };
}

/// <summary>A failure that a test asked for; trying again helps.</summary>
sealed class PlannedFailure(string call) : NebulaKeepException($"'{call}' failed as planned")
{
    public override bool IsTransient => true;
}
