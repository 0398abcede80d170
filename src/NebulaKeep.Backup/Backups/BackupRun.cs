using NebulaKeep.Backup.Cleanup;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Roots;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Backups;

/// <summary>
/// Makes one backup, full or incremental: looks at everything, lets metad checkpoint, has the agents send, verifies, writes
/// the manifest. Whatever happens, writes are opened again, and nothing is left that looks like a backup; the checkpoint is
/// dropped, unless the run was to be resumable. One instance a run.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="store">The store as this process sees it.</param>
/// <param name="storeForAgents">The same store with what agents need to open it.</param>
/// <param name="times">Time limits.</param>
/// <param name="clock">All time is read and waited for here.</param>
/// <param name="random">Names lease objects.</param>
/// <param name="observer">Hears steps and progress.</param>
public sealed class BackupRun(IClusterConnector cluster, IObjectStore store, StoreSettings storeForAgents, BackupTimes times, TimeProvider clock, Random random, IBackupObserver observer)
{
    readonly StepRunner steps = new(clock, observer);
    readonly BackupSteps work = new(cluster, store, storeForAgents, times, clock, observer);

    /// <summary>Runs a backup to its end.</summary>
    /// <exception cref="BackupFailedException">There is no backup; the message says why and what is left to do. Also on cancellation.</exception>
    public Task<BackupResult> RunAsync(BackupRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, null, NewAsync, cancellationToken);

    /// <summary>Goes on with a backup that failed, was interrupted or was killed, as long as its checkpoint lives.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="request">Of it only concurrency and names count: what is made was decided by the first run.</param>
    /// <exception cref="BackupFailedException">There is still no backup, and it can still be resumed, if the message does not say otherwise.</exception>
    public Task<BackupResult> ResumeAsync(BackupName name, BackupRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, name, (run, token) => GoOnAsync(run, name, token), cancellationToken);

    async Task<BackupResult> RunAsync(BackupRequest request, BackupName? resumed, Func<RunState, CancellationToken, Task> body, CancellationToken cancellationToken)
    {
        var run = new RunState(request, clock.GetUtcNow());
        try
        {
            return await UnderLeaseAsync(run, resumed, body, cancellationToken);
        }
        catch (Exception e) when (e is not BackupFailedException)
        {
            var interrupted = e is OperationCanceledException && cancellationToken.IsCancellationRequested;
            throw new BackupFailedException(steps.Current, run.LeaseLost ? LeaseLost() : e, interrupted, run.Name, run.Keep, run.Leftovers);
        }
    }

    async Task<BackupResult> UnderLeaseAsync(RunState run, BackupName? resumed, Func<RunState, CancellationToken, Task> body, CancellationToken cancellationToken)
    {
        var preflight = new Preflight(cluster, times, clock, observer);
        if (run.Request.ReplacesKilled) await RemoveKilledAsync(run, preflight, cancellationToken);
        run.Cluster = await steps.RunAsync("checking the cluster", () => preflight.RunAsync(resumed is null ? run.Request.Spaces : [], resumed, cancellationToken));
        run.Self = Self(run, run.Cluster.Topology);
        await using var lease = await steps.RunAsync("taking the lease in the store", () => TakeLeaseAsync(run, cancellationToken));
        using var alive = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        try
        {
            await body(run, alive.Token);
        }
        catch
        {
            run.LeaseLost = lease.Lost.IsCancellationRequested;
            run.Leftovers = await new Aftermath(cluster, store, times, clock).AfterFailureAsync(run);
            throw;
        }

        var notices = await steps.RunAsync("dropping the checkpoint", () => new Aftermath(cluster, store, times, clock).AfterSuccessAsync(run));
        foreach (var notice in notices) observer.Notice(notice);
        return new BackupResult(run.Manifest!, [.. run.Notices, .. notices]);
    }

    async Task RemoveKilledAsync(RunState run, Preflight preflight, CancellationToken cancellationToken)
    {
        var self = Self(run, await steps.RunAsync("checking the cluster", () => preflight.ReadTopologyAsync(cancellationToken)));
        await steps.RunAsync("looking for what killed backups left", () => new KilledRuns(cluster, store, times.Lease, clock, random, observer).RemoveAsync(self, cancellationToken));
    }

    LeaseHolder Self(RunState run, ClusterTopology topology) => new(run.Request.CreatedBy, Environment.MachineName, Environment.ProcessId, clock.GetUtcNow(), topology.Key);

    Task<ClusterLease> TakeLeaseAsync(RunState run, CancellationToken cancellationToken) => run.Request.ReplacesKilled
        ? ClusterLease.AcquireAfterSilenceAsync(store, run.Self!, times.Lease, clock, random, observer.Notice, cancellationToken)
        : ClusterLease.AcquireAsync(store, run.Self!.ClusterKey, run.Self, times.Lease, clock, random, cancellationToken);

    async Task NewAsync(RunState run, CancellationToken cancellationToken)
    {
        if (storeForAgents.Seal is null) await RootGate.RequirePlainAsync(store, cancellationToken);
        if (run.Request.Incremental is not null) await steps.RunAsync("checking the base", () => work.FindBaseAsync(run, cancellationToken));

        // Whoever held the lease before may have ended this very second; the name must not be his.
        await Task.Delay(times.BetweenBackups, clock, cancellationToken);
        await steps.RunAsync("making the checkpoint (writes are blocked)", () => work.CheckpointAsync(run, cancellationToken));
        await steps.RunAsync("opening writes", () => work.OpenWritesAsync(run, cancellationToken));
        await steps.RunAsync("claiming the name in the store", () => work.ClaimAsync(run, cancellationToken));
        run.Keep = run.Request.Resumable;
        await FinishAsync(run, work.UploadAsync, cancellationToken);
    }

    async Task GoOnAsync(RunState run, BackupName name, CancellationToken cancellationToken)
    {
        await steps.RunAsync("looking for what the interrupted run left", () => work.TakeOverAsync(run, name, cancellationToken));
        await steps.RunAsync("opening writes", () => work.OpenWritesAsync(run, cancellationToken));
        if (run.Manifest is null) await FinishAsync(run, work.UploadRestAsync, cancellationToken);
    }

    async Task FinishAsync(RunState run, Func<RunState, CancellationToken, Task<IReadOnlyCollection<Manifests.ManifestFile>>> upload, CancellationToken cancellationToken)
    {
        var files = await steps.RunAsync("uploading", () => upload(run, cancellationToken));
        await steps.RunAsync("verifying", () => UploadVerifier.VerifyAsync(store, run.Name!.Value, files, cancellationToken));
        await steps.RunAsync("writing the manifest", () => work.CompleteAsync(run, files, cancellationToken));
    }

    NebulaKeepException LeaseLost() => new($"The lease on this cluster in {store.Location} could not be renewed, so another backup might have begun: the store cannot be reached reliably from here.");
}
