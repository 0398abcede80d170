using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Events;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Operator.Clusters.Daemons;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>
/// Carries decisions out, one after another. A first decision is made on the cache, which costs nothing; before anything is written the
/// objects are read again and it is made anew. What a write answers is what the next decision is made on.
/// </summary>
sealed partial class ClusterReconciler(KubeClient client, ClusterFactFinder finder, IClusterDaemons daemons, EventRecorder events, TimeProvider time, ILogger log)
{
    const string FieldManager = "nebula-operator";
    const int MostSteps = 80;
    static readonly TimeSpan AfterConflict = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(30);

    /// <summary>Clusters that are left alone, with the identity of which that was told; those that are gone are forgotten.</summary>
    readonly ConcurrentDictionary<NamespacedName, string> told = new();

    public async Task<TimeSpan?> ReconcileAsync(NamespacedName key, CancellationToken cancellation)
    {
        if (finder.FromCache(key, time.GetUtcNow()) is not { } facts)
        {
            told.TryRemove(key, out _);
            return null;
        }
        for (var step = 0; step < MostSteps; step++)
        {
            var action = ClusterMachine.Decide(facts);
            if (action is ClusterAction.Idle idle)
            {
                if (idle.Reason is not null) LeaveAlone(facts.Json, idle.Reason);
                return facts.Refusal is null ? idle.Again : AfterRefusal;
            }
            if (action is ClusterAction.AskMeta ask)
            {
                facts = await finder.AskAsync(facts, ask.Job, cancellation);
                continue;
            }
            if (!facts.IsLive)
            {
                if (await finder.LiveAsync(facts, time.GetUtcNow(), cancellation) is not { } live) return null;
                facts = live;
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
    async Task<ClusterFacts?> DoAsync(ClusterAction action, ClusterFacts facts, CancellationToken cancellation)
    {
        switch (action)
        {
            case ClusterAction.Apply(var item):
                return await ApplyAsync(item, facts, cancellation);
            case ClusterAction.Delete(var kind, var item, var uid, var propagation):
                LogDelete(facts.Json.Key(), kind, item);
                await client.DeleteAsync(kind, item, new DeleteOptions(propagation, uid), cancellation);
                return facts with { IsLive = false };
            case ClusterAction.GrowClaim(var claim, var size):
                return await GrowAsync(claim, size, facts, cancellation);
            case ClusterAction.PatchObject(var patch):
                var patched = await client.PatchAsync(CustomResources.Cluster, facts.Json.Key(), patch, cancellation);
                return patched.IsDeleting() && !Finalizers.Has(patched, Labels.ClusterCleanup) ? null : facts with { Json = patched };
            case ClusterAction.WriteStatus write:
                return await WriteAsync(write, facts, cancellation);
            default:
                return await AskDaemonsAsync(action, facts, cancellation);
        }
    }

    async Task<ClusterFacts> ApplyAsync(JsonObject item, ClusterFacts facts, CancellationToken cancellation)
    {
        var kind = OwnedObjects.Kinds.Single(known => known.Kind == item.Text("kind"));
        var sent = facts.Sent.ToImmutableHashSet().Add(item.Annotation(Annotations.Applied)!);
        try
        {
            var stored = await client.ApplyAsync(kind, item, FieldManager, force: true, cancellation);
            LogApplied(facts.Json.Key(), kind, item.Key());
            return facts with { Owned = facts.Owned.With(stored), Sent = sent };
        }
        catch (KubeException refusal) when (refusal.IsForbidden || refusal.IsInvalid || refusal.Code is HttpStatusCode.BadRequest or HttpStatusCode.InternalServerError)
        {
            LogRefused(facts.Json.Key(), refusal.Message);
            return facts with { Refusal = facts.Refusal ?? refusal.Message, Sent = sent };
        }
    }

    async Task<ClusterFacts> GrowAsync(NamespacedName claim, string size, ClusterFacts facts, CancellationToken cancellation)
    {
        var patch = new JsonObject { ["spec"] = new JsonObject { ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = size } } } };
        try
        {
            var stored = await client.PatchAsync(KnownKinds.PersistentVolumeClaim, claim, patch, cancellation);
            events.Normal(facts.Json, "VolumeGrows", $"The volume {claim.Name} grows to {size}");
            return facts with { Claims = [.. facts.Claims.Where(other => other.Key() != claim), stored] };
        }
        catch (KubeException refusal) when (refusal.IsForbidden || refusal.IsInvalid)
        {
            return facts with { FixedClaims = facts.FixedClaims.ToImmutableDictionary().SetItem(claim.Name, refusal.Message) };
        }
    }

    async Task<ClusterFacts> WriteAsync(ClusterAction.WriteStatus write, ClusterFacts facts, CancellationToken cancellation)
    {
        var stored = await client.PatchStatusAsync(CustomResources.Cluster, facts.Json.Key(), write.Patch, cancellation);
        if (write.Event is { } happened) Tell(stored, happened);
        return facts with { Json = stored };
    }

    /// <summary>The answers that were asked for before are of the time before, so they are asked for again.</summary>
    async Task<ClusterFacts> AskDaemonsAsync(ClusterAction action, ClusterFacts facts, CancellationToken cancellation)
    {
        var cluster = new ClusterObject(facts.Json, facts.Domain);
        var again = facts with { Meta = null };
        try
        {
            switch (action)
            {
                case ClusterAction.AddHosts(var hosts):
                    await daemons.AddHostsAsync(cluster, hosts, cancellation);
                    Tell(facts.Json, new UserEvent(false, "HostsAdded", $"Registered {string.Join(", ", hosts)}"));
                    return again;
                case ClusterAction.DropHosts(var hosts):
                    await daemons.DropHostsAsync(cluster, hosts, cancellation);
                    Tell(facts.Json, new UserEvent(false, "HostsDropped", $"Empty and taken out: {string.Join(", ", hosts)}"));
                    return again;
                case ClusterAction.Submit submit:
                    return await SubmitAsync(submit, cluster, again, cancellation);
                case ClusterAction.Recover(var job):
                    await daemons.RecoverAsync(cluster, job, cancellation);
                    Tell(facts.Json, new UserEvent(true, "BalanceFailed", $"The job {job.Id} of space {job.Space} failed and is taken up again"));
                    return facts with { Meta = facts.Meta! with { Job = JobStatus.RUNNING } };
                case ClusterAction.BalanceLeaders(var spaces, var status):
                    foreach (var space in spaces) await daemons.SubmitAsync(cluster, space, JobType.LEADER_BALANCE, [], cancellation);
                    return await WriteAsync(status, facts, cancellation);
                case ClusterAction.MoveLeaders(var storaged):
                    return await MoveLeadersAsync(cluster, storaged, facts, cancellation);
                default: throw new InvalidOperationException($"Unknown action {action.GetType().Name}");
            }
        }
        catch (NebulaKeepException problem) when (problem is not KubeException)
        {
            LogDaemons(cluster.Key, problem.Message);
            return again with { MetaProblem = problem.Message };
        }
    }

    async Task<ClusterFacts> SubmitAsync(ClusterAction.Submit submit, ClusterObject cluster, ClusterFacts facts, CancellationToken cancellation)
    {
        var number = await daemons.SubmitAsync(cluster, submit.Space, submit.Type, submit.Parameters, cancellation);
        if (number is null && submit.Parameters.Count > 0) throw new NebulaKeepException($"The meta service finds nothing to move in space {submit.Space}, and storageds that shall go still have partitions of it");
        var job = number is { } id ? new BalanceJob(submit.Space, id) : null;
        var stored = await client.PatchStatusAsync(CustomResources.Cluster, cluster.Key, ClusterStatus.Job(facts, job, job is null ? submit.Space : null), cancellation);
        return facts with { Json = stored };
    }

    /// <summary>That leaders could not be moved does not keep a pod from being restarted: raft elects others.</summary>
    async Task<ClusterFacts> MoveLeadersAsync(ClusterObject cluster, HostAddress storaged, ClusterFacts facts, CancellationToken cancellation)
    {
        try
        {
            if (!await daemons.MoveLeadersAsync(cluster, storaged, cancellation)) LogLeads(cluster.Key, storaged, "not all in time");
        }
        catch (NebulaKeepException problem) when (problem is not KubeException)
        {
            LogLeads(cluster.Key, storaged, problem.Message);
        }
        return facts with { IsLive = false, Led = facts.Led.ToImmutableHashSet().Add(storaged.Host[..storaged.Host.IndexOf('.')]) };
    }

    void LeaveAlone(JsonObject cluster, string reason)
    {
        if (told.TryGetValue(cluster.Key(), out var of) && of == cluster.Uid()) return;
        told[cluster.Key()] = cluster.Uid();
        Tell(cluster, new UserEvent(false, "LeftAlone", reason));
    }

    void Tell(JsonObject cluster, UserEvent happened)
    {
        LogEvent(cluster.Key(), happened.Reason, happened.Message);
        happened.Tell(events, cluster);
    }

    [LoggerMessage(1, LogLevel.Information, "{cluster}: {reason}: {message}")]
    partial void LogEvent(NamespacedName cluster, string reason, string message);

    [LoggerMessage(2, LogLevel.Information, "{cluster}: applied {kind} {item}")]
    partial void LogApplied(NamespacedName cluster, ResourceKind kind, NamespacedName item);

    [LoggerMessage(3, LogLevel.Information, "{cluster}: deleting {kind} {item}")]
    partial void LogDelete(NamespacedName cluster, ResourceKind kind, NamespacedName item);

    [LoggerMessage(4, LogLevel.Warning, "{cluster}: {reason}")]
    partial void LogRefused(NamespacedName cluster, string reason);

    [LoggerMessage(5, LogLevel.Warning, "{cluster}: {reason}")]
    partial void LogDaemons(NamespacedName cluster, string reason);

    [LoggerMessage(6, LogLevel.Warning, "{cluster}: leaders of {storaged} were not moved before its restart: {reason}")]
    partial void LogLeads(NamespacedName cluster, HostAddress storaged, string reason);
}
