using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Events;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups;

/// <summary>
/// Carries decisions out, one write after another. A first decision is made on the cache, which costs nothing; before anything is written
/// the objects are read again and it is made anew, so that no write rests on an old cache.
/// </summary>
sealed partial class BackupReconciler(KubeClient client, BackupFactFinder finder, BackupPolicy policy, EventRecorder events, TimeProvider time, ILogger log)
{
    const int MostSteps = 30;
    static readonly TimeSpan AfterConflict = TimeSpan.FromMilliseconds(200);

    public async Task<TimeSpan?> ReconcileAsync(NamespacedName key, CancellationToken cancellation)
    {
        if (finder.FromCache(key, policy, time.GetUtcNow()) is not { } facts) return null;
        var isLive = false;
        for (var step = 0; step < MostSteps; step++)
        {
            var action = BackupMachine.Decide(facts);
            if (action is BackupAction.Idle idle) return idle.Again;
            if (action is BackupAction.Ask ask)
            {
                facts = await finder.AddAsync(facts, ask.Fact, cancellation);
                continue;
            }
            try
            {
                if (isLive) facts = facts with { CannotCreate = !await TryDoAsync(action, facts, cancellation) };
            }
            catch (KubeException error) when (error.IsConflict || error.IsAlreadyExists)
            {
                return AfterConflict;      // somebody was faster; what they wrote is read then
            }
            // Facts that were asked for belong to the moment before the write.
            if (await finder.LiveAsync(facts, time.GetUtcNow(), keepAnswers: !isLive, cancellation) is not { } live) return null;
            (facts, isLive) = (live, true);
        }
        return TimeSpan.Zero;
    }

    /// <summary>False when nothing can be created in the namespace any more.</summary>
    async Task<bool> TryDoAsync(BackupAction action, BackupFacts facts, CancellationToken cancellation)
    {
        try
        {
            await DoAsync(action, facts, cancellation);
            return true;
        }
        catch (KubeException error) when (error.IsForbidden && error.Causes.Any(cause => cause.Reason == "NamespaceTerminating"))
        {
            LogTerminating(facts.Backup.Key());
            return false;
        }
    }

    async Task DoAsync(BackupAction action, BackupFacts facts, CancellationToken cancellation)
    {
        var key = facts.Backup.Key();
        switch (action)
        {
            case BackupAction.PatchObject(var patch):
                await client.PatchAsync(CustomResources.Backup, key, patch, cancellation);
                break;
            case BackupAction.WriteStatus(var patch, var happened):
                await client.PatchStatusAsync(CustomResources.Backup, key, patch, cancellation);
                if (happened is not null) Tell(facts.Backup, happened);
                break;
            case BackupAction.TakeLock or BackupAction.ReleaseLock:
                await WriteLockAsync(facts, action is BackupAction.TakeLock, cancellation);
                break;
            case BackupAction.CreateJob(var job):
                await client.CreateAsync(KnownKinds.Job, job, cancellation);
                break;
            case BackupAction.DeleteJob(var job, var uid, var propagation):
                await client.DeleteAsync(KnownKinds.Job, job, new DeleteOptions(propagation, uid), cancellation);
                break;
            case BackupAction.StopJob(var job):
                await client.PatchAsync(KnownKinds.Job, job, new JsonObject { ["spec"] = new JsonObject { ["parallelism"] = 0 } }, cancellation);
                break;
            default: throw new InvalidOperationException($"Unknown action {action.GetType().Name}");
        }
    }

    /// <summary>The Lease is read again and judged again: between the decision and this write somebody else may have taken it, and then its version differs.</summary>
    async Task WriteLockAsync(BackupFacts facts, bool take, CancellationToken cancellation)
    {
        var key = ClusterLock.KeyOf(BackupObject.ClusterOf(facts.Backup));
        var lease = await client.FindAsync(KnownKinds.Lease, key, cancellation);
        var state = await finder.JudgeAsync(lease, facts.Backup, cancellation);
        if (take && state is { IsOurs: false, HeldBy: null })
        {
            var wanted = ClusterLock.Take(lease, key, facts.Backup, facts.Cluster, time.GetUtcNow());
            if (lease is null) await client.CreateAsync(KnownKinds.Lease, wanted, cancellation);
            else await client.ReplaceAsync(KnownKinds.Lease, wanted, cancellation);
        }
        else if (!take && state.IsOurs)
        {
            await client.ReplaceAsync(KnownKinds.Lease, ClusterLock.Release(lease!, time.GetUtcNow()), cancellation);
        }
    }

    void Tell(JsonObject backup, UserEvent happened)
    {
        LogEvent(backup.Key(), happened.Reason, happened.Message);
        happened.Tell(events, backup);
    }

    [LoggerMessage(1, LogLevel.Information, "{backup}: {reason}: {message}")]
    partial void LogEvent(NamespacedName backup, string reason, string message);

    [LoggerMessage(2, LogLevel.Warning, "{backup}: its namespace is being deleted, nothing more can be made for it")]
    partial void LogTerminating(NamespacedName backup);
}
