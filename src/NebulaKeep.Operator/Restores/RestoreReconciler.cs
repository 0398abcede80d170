using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Events;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Clusters.Daemons;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Shared;
using NebulaKeep.Security;

namespace NebulaKeep.Operator.Restores;

/// <summary>
/// Carries decisions out, one after another. A first decision is made on the cache, which costs nothing; before anything is written the
/// restore and its cluster are read again. What a write answers is what the next decision is made on.
/// </summary>
sealed partial class RestoreReconciler(KubeClient client, RestoreFactFinder finder, IClusterDaemons daemons, EventRecorder events, TimeProvider time, ILogger log)
{
    const string FieldManager = "nebula-operator";
    const int MostSteps = 40;
    static readonly TimeSpan AfterConflict = TimeSpan.FromMilliseconds(200);

    public async Task<TimeSpan?> ReconcileAsync(NamespacedName key, CancellationToken cancellation)
    {
        if (finder.FromCache(key, time.GetUtcNow()) is not { } facts) return null;
        var isLive = false;
        for (var step = 0; step < MostSteps; step++)
        {
            var action = RestoreMachine.Decide(facts);
            if (action is RestoreAction.Idle idle) return idle.Again;
            if (!isLive)
            {
                if (await finder.LiveAsync(facts, time.GetUtcNow(), cancellation) is not { } live) return null;
                (facts, isLive) = (live, true);
                continue;
            }
            try
            {
                if (await DoAsync(action, facts, cancellation) is not { } next) return null;
                facts = next;
            }
            catch (KubeException error) when (error.IsConflict || error.IsAlreadyExists)
            {
                return AfterConflict;      // somebody was faster; what they wrote is read then
            }
        }
        return TimeSpan.Zero;
    }

    /// <summary>The facts after the action; null when the object is gone.</summary>
    async Task<RestoreFacts?> DoAsync(RestoreAction action, RestoreFacts facts, CancellationToken cancellation)
    {
        switch (action)
        {
            case RestoreAction.Ask(RestoreFact.Leaders) or RestoreAction.Greet or RestoreAction.RestoreMeta:
                return await AskDaemonsAsync(action, facts, cancellation);
            case RestoreAction.Ask(var fact):
                return await finder.AddAsync(facts, fact, cancellation);
            case RestoreAction.PatchObject(var patch):
                var patched = await client.PatchAsync(CustomResources.Restore, facts.Restore.Key(), patch, cancellation);
                return patched.IsDeleting() && !Finalizers.Has(patched, Labels.RestoreCleanup) ? null : facts with { Restore = patched };
            case RestoreAction.WriteStatus(var patch, var happened):
                return await WriteAsync(patch, happened, facts, cancellation);
            case RestoreAction.Announce(var ordinal, var patch):
                return (await WriteAsync(patch, null, facts, cancellation)) with { Announced = ordinal };
            default:
                return await ChangeClusterAsync(action, facts, cancellation);
        }
    }

    async Task<RestoreFacts> WriteAsync(JsonObject patch, UserEvent? happened, RestoreFacts facts, CancellationToken cancellation)
    {
        var stored = await client.PatchStatusAsync(CustomResources.Restore, facts.Restore.Key(), patch, cancellation);
        if (happened is not null)
        {
            LogEvent(stored.Key(), happened.Reason, happened.Message);
            happened.Tell(events, stored);
        }
        // What was asked of a metad belongs to the moment before; a name that was just chosen may be somebody's.
        return await finder.WithTargetAsync(facts with { Restore = stored, Greeted = null, Announced = null, Restored = null }, cancellation);
    }

    async Task<RestoreFacts> ChangeClusterAsync(RestoreAction action, RestoreFacts facts, CancellationToken cancellation)
    {
        switch (action)
        {
            case RestoreAction.CreateCluster(var cluster):
                return facts with { Target = await client.CreateAsync(CustomResources.Cluster, cluster, cancellation) };
            case RestoreAction.PatchCluster(var patch):
                return facts with { Target = await client.PatchAsync(CustomResources.Cluster, facts.Target!.Key(), patch, cancellation) };
            case RestoreAction.DeleteCluster(var uid):
                LogRemoving(facts.Restore.Key(), facts.Target!.Key());
                events.Normal(facts.Restore, RestoreReasons.RemovingCluster, $"The unfinished cluster {facts.Target!.Key()} is removed with its volumes");
                await client.DeleteAsync(CustomResources.Cluster, facts.Target!.Key(), new DeleteOptions(Propagation.Background, uid), cancellation);
                return await finder.WithTargetAsync(facts, cancellation);
            case RestoreAction.ApplyPlan(var item):
                var stored = await client.ApplyAsync(KnownKinds.ConfigMap, item, FieldManager, force: true, cancellation);
                return facts with { Plan = Desired.PlanConfigMap.Read(stored) };
            default:
                throw new InvalidOperationException($"Unknown action {action.GetType().Name}");
        }
    }

    async Task<RestoreFacts> AskDaemonsAsync(RestoreAction action, RestoreFacts facts, CancellationToken cancellation)
    {
        var cluster = new ClusterObject(facts.Target!, facts.Domain);
        try
        {
            switch (action)
            {
                case RestoreAction.Greet(var ordinal):
                    await daemons.GreetMetadAsync(cluster, ordinal, cancellation);
                    return facts with { Greeted = ordinal };
                case RestoreAction.RestoreMeta(var ordinal, var files, var hosts):
                    await daemons.RestoreMetaAsync(cluster, ordinal, files, hosts, cancellation);
                    return facts with { Restored = ordinal };
                default:
                    return facts with { MissingLeaders = await daemons.MissingLeadersAsync(cluster, facts.Plan!.Partitions, cancellation) };
            }
        }
        catch (NebulaKeepException problem) when (problem is not KubeException)
        {
            LogDaemons(facts.Restore.Key(), problem.Message);
            var reason = problem is TlsFailureException ? RestoreReasons.TlsRefused : action is RestoreAction.RestoreMeta ? RestoreReasons.RestoringMeta : RestoreReasons.MetaUnreachable;
            return facts with { DaemonProblem = (reason, problem.Message) };
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{restore}: {reason}: {message}")]
    partial void LogEvent(NamespacedName restore, string reason, string message);

    [LoggerMessage(2, LogLevel.Information, "{restore}: removing the unfinished cluster {cluster}")]
    partial void LogRemoving(NamespacedName restore, NamespacedName cluster);

    [LoggerMessage(3, LogLevel.Warning, "{restore}: {reason}")]
    partial void LogDaemons(NamespacedName restore, string reason);
}
