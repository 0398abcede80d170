using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Logs;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Resuming;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Backups;

/// <summary>The steps of a backup; each leaves in the run's state what the next one, or the clean-up, must know.</summary>
sealed class BackupSteps(IClusterConnector cluster, IObjectStore store, StoreSettings storeForAgents, BackupTimes times, TimeProvider clock, IBackupObserver observer)
{
    /// <summary>Finds what an incremental builds on, and reads all that its chain holds.</summary>
    public async Task FindBaseAsync(RunState run, CancellationToken cancellationToken)
    {
        run.Base = await new BaseFinder(store, observer).FindAsync(run.Request.Incremental!.Base, run.Cluster!.Topology, cancellationToken);
        if (run.Request.Incremental.Mode == IncrementalMode.Wal) await CheckWalAsync(run, cancellationToken);
        await new KnownFilesReader(store, observer).AddAsync(run.Known, run.Base, cancellationToken);
    }

    /// <summary>Lets metad block writes, checkpoint and open writes.</summary>
    public async Task CheckpointAsync(RunState run, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(times.CreateBackup, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var began = clock.GetTimestamp();
        run.MayBlock = true;
        try
        {
            run.Meta = await cluster.Meta.CreateBackupAsync(run.Request.Spaces, both.Token);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new NebulaKeepException($"metad did not answer createBackup within {times.CreateBackup.TotalMinutes:0.#} minutes: a storaged probably hangs. See metad's log; it may still finish by itself.", e);
        }

        run.Blocked = clock.GetElapsedTime(began);
        run.Server = ServerBackupReader.Read(run.Meta);
        run.Name = run.Server.Name;
        observer.Named(run.Server.Name);
    }

    /// <summary>metad has said that it opened them; a host that hung may yet disagree.</summary>
    public async Task OpenWritesAsync(RunState run, CancellationToken cancellationToken)
    {
        var problems = await new WriteOpener(cluster, run.Cluster!.Topology, times, clock).OpenAsync(run.SpaceIds, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var problem in problems) run.Notices.Add(problem);
        foreach (var problem in problems) observer.Notice(problem);
        run.MayBlock = problems.Count > 0;
    }

    /// <summary>Claims the name, and with it whatever the run may refer to; writes down what resuming needs.</summary>
    public async Task ClaimAsync(RunState run, CancellationToken cancellationToken)
    {
        var name = run.Name!.Value;
        run.Claim = Claim(run);
        await NameClaim.TakeAsync(store, name, run.Claim, cancellationToken);
        run.OwnsDirectory = true;
        if (run.Base is { } found) await new BaseFinder(store, observer).SeeStillThereAsync(found, cancellationToken);
        await UpstreamMeta.WriteRunningAsync(store, name, run.Meta!, cancellationToken);
        run.Journal = new SentJournal(store, name, first: 1);
    }

    /// <summary>Takes over what an interrupted run left. Where it had come as far as its manifest, nothing is left to upload.</summary>
    public async Task TakeOverAsync(RunState run, BackupName name, CancellationToken cancellationToken)
    {
        var left = await new Leftovers(store).ReadAsync(name, run.Cluster!.Topology, cancellationToken);
        if (left.Claim.Base is { } baseName) run.Base = await new BaseFinder(store, observer).FindAsync(BackupName.Parse(baseName), run.Cluster.Topology, cancellationToken);
        if (run.Base is not null) await new KnownFilesReader(store, observer).AddAsync(run.Known, run.Base, cancellationToken);
        var (sent, nextPart) = await new SentFilesReader(store, observer).ReadAsync(name, cancellationToken);
        foreach (var file in sent) run.Known.AddOwn(file);
        observer.Named(name);
        run.Claim = left.Claim.TakenOverBy(run.Self!);
        await NameClaim.TakeOverAsync(store, name, run.Claim, cancellationToken);
        (run.Name, run.OwnsDirectory, run.Keep, run.MayBlock) = (name, true, true, true);
        (run.Meta, run.Server, run.Manifest) = (left.Meta, ServerBackupReader.Read(left.Meta), left.Manifest);
        (run.Started, run.Blocked) = (left.Claim.Started ?? run.Started, TimeSpan.FromMilliseconds(left.Claim.BlockedMillis));
        run.Journal = new SentJournal(store, name, nextPart);
    }

    /// <summary>Has the agents send what is not known.</summary>
    public async Task<IReadOnlyCollection<ManifestFile>> UploadAsync(RunState run, CancellationToken cancellationToken)
    {
        var (server, topology) = (run.Server!, run.Cluster!.Topology);
        RefuseOtherId(run);
        var exporter = await new ExportFinder(cluster).FindAsync(server, topology, cancellationToken);
        if (run.Claim!.Mode == BackupManifest.WalMode) return await UploadLogsAsync(run, exporter, cancellationToken);
        if (run.Base is { } found) run.Known.Map = CheckpointMap.Between(server.Hosts(topology.Storageds), found.Manifest.Hosts);
        return await UploadAsync(run, UploadPlanner.Plan(server, exporter, topology), cancellationToken);
    }

    async Task<IReadOnlyCollection<ManifestFile>> UploadLogsAsync(RunState run, Daemon exporter, CancellationToken cancellationToken)
    {
        var (server, topology) = (run.Server!, run.Cluster!.Topology);
        await new WalPreconditions(cluster.Meta, clock).CheckJobsAsync(run.Base!, cancellationToken);
        var logs = await new LogReader(cluster).ReadAsync(server, topology, cancellationToken);
        var plan = new WalPlanner(run.Base!, server, exporter, topology).Plan(logs);
        run.Hosts = plan.Hosts;
        return plan.Assemble(await UploadAsync(run, plan.Uploads, cancellationToken));
    }

    Task<IReadOnlyCollection<ManifestFile>> UploadAsync(RunState run, IReadOnlyList<AgentUpload> plan, CancellationToken cancellationToken)
    {
        var options = new UploadOptions(Math.Max(1, run.Request.Concurrency), run.Request.AlwaysHash, run.Known, run.Journal!);
        return new Uploader(cluster, AgentStore.From(storeForAgents), new TransferMeter(clock, observer), options).UploadAsync(run.Server!.Name, plan, cancellationToken);
    }

    async Task CheckWalAsync(RunState run, CancellationToken cancellationToken)
    {
        if (run.Request.Spaces.Count > 0) throw new BaseRefusedException("The log makes a backup of all spaces only. Leave --spaces out, or use '--mode share'.");
        await new WalPreconditions(cluster.Meta, clock).CheckAsync(run.Base!, run.Cluster!.Topology, run.Request.WalTtl, cancellationToken);
    }

    /// <summary>The same for a resumed run; then removes what the interrupted one left besides.</summary>
    public async Task<IReadOnlyCollection<ManifestFile>> UploadRestAsync(RunState run, CancellationToken cancellationToken)
    {
        var files = await UploadAsync(run, cancellationToken);
        await UploadVerifier.RemoveStraysAsync(store, run.Name!.Value, files, cancellationToken);
        return files;
    }

    /// <summary>Writes .meta and manifest: the moment the backup begins to exist.</summary>
    public async Task CompleteAsync(RunState run, IReadOnlyCollection<ManifestFile> files, CancellationToken cancellationToken)
    {
        var manifest = ManifestFactory.Make(run, files, clock.GetUtcNow());
        await UpstreamMeta.WriteAsync(store, run.Name!.Value, run.Meta!, cancellationToken);
        run.Manifest = await new ManifestWriter(store).WriteAsync(manifest, files, cancellationToken);
    }

    static RunClaim Claim(RunState run) => RunClaim.Of(run.Self!) with
    {
        Type = run.Base is null ? BackupType.Full : BackupType.Incremental,
        Mode = run.Request.Incremental?.Mode.ToString().ToLowerInvariant(),
        Base = run.Base?.Name.Value,
        Chain = run.Base?.Chain ?? [],
        Started = run.Started,
        Resumable = run.Request.Resumable,
        BlockedMillis = (long)Math.Ceiling(run.Blocked.TotalMilliseconds),
    };

    // Community servers tell no id before or in createBackup; the enterprise edition tells it only here.
    static void RefuseOtherId(RunState run)
    {
        if (run.Base?.Manifest.Cluster.Id is { } id and not 0 && run.Server!.ClusterId is not 0 and var now && now != id)
            throw new BaseRefusedException($"The base {run.Base.Name} is of the cluster with id {id}, this one has {now}.");
    }
}
