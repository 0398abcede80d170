using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Watching;
using NebulaKeep.Operator.Backups;
using NebulaKeep.Operator.Clusters.Daemons;
using NebulaKeep.Operator.Clusters.Desired;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Shared;
using NebulaKeep.Operator.Watching;

namespace NebulaKeep.Operator.Clusters;

/// <summary>Finds what decisions are made of: in the caches, at the API server, or at the cluster's daemons.</summary>
sealed partial class ClusterFactFinder
{
    /// <summary>An index of the objects of a cluster, by its key.</summary>
    public const string ByCluster = "cluster";

    readonly KubeClient client;
    readonly IClusterDaemons daemons;
    readonly string domain;
    readonly TimeProvider time;
    readonly ILogger log;
    readonly WatchedKind clusters, restores;
    readonly IReadOnlyList<WatchedKind> owned;
    readonly WatchedKind pods, claims;

    public ClusterFactFinder(KubeClient client, WatchedKinds watched, IClusterDaemons daemons, string domain, TimeProvider time, ILogger log)
    {
        (this.client, this.daemons, this.domain, this.time, this.log) = (client, daemons, domain, time, log);
        (clusters, restores) = (watched.Of(CustomResources.Cluster), watched.Of(CustomResources.Restore));
        owned = [.. OwnedObjects.Kinds.Select(watched.Of)];
        (pods, claims) = (watched.Of(KnownKinds.Pod), watched.Of(KnownKinds.PersistentVolumeClaim));
        foreach (var kind in Followed) kind.AddIndex(ByCluster, item => ClusterOf(item) is { } cluster ? [cluster.ToString()] : []);
    }

    /// <summary>All kinds whose changes wake a cluster.</summary>
    public IEnumerable<WatchedKind> Followed => [.. owned, pods, claims];

    /// <summary>The cluster that an object is labelled with.</summary>
    public static NamespacedName? ClusterOf(JsonObject item) => item.Label(Labels.Cluster) is { } name ? item.Key() with { Name = name } : null;

    /// <summary>From the caches, without a request; null when the object is not there.</summary>
    public ClusterFacts? FromCache(NamespacedName key, DateTimeOffset now)
    {
        if (clusters.Find(key) is not { } cluster) return null;
        var name = key.ToString();
        var stored = owned.SelectMany(kind => kind.Find(ByCluster, name));
        var account = owned.Select(kind => kind.Kind == KnownKinds.ServiceAccount ? kind.Find(key with { Name = Access.ServiceAccountName }) : null).OfType<JsonObject>();
        var restore = RestoreGate.RestoreOf(cluster) is { } maker ? restores.Find(maker.Key) : null;
        return new ClusterFacts { Json = cluster, Restore = restore, Now = now, Domain = domain, Owned = OwnedObjects.Of([.. stored, .. account]), Pods = pods.Find(ByCluster, name), Claims = claims.Find(ByCluster, name) };
    }

    /// <summary>As the API server has it now; null when the object is gone.</summary>
    public async Task<ClusterFacts?> LiveAsync(ClusterFacts before, DateTimeOffset now, CancellationToken cancellation)
    {
        var key = before.Json.Key();
        var found = await client.FindAsync(CustomResources.Cluster, key, cancellation);
        // Another object of that name is another cluster.
        if (found is null || found.Uid() != before.Json.Uid()) return null;
        List<JsonObject> stored = [];
        foreach (var kind in OwnedObjects.Kinds)
            stored.AddRange(await ListAsync(kind, key, kind == KnownKinds.ServiceAccount ? "" : $",{Labels.Cluster}={key.Name}", cancellation));
        var labels = $",{Labels.Cluster}={key.Name}";
        return before with
        {
            Json = found,
            Restore = RestoreGate.RestoreOf(found) is { } maker ? await client.FindAsync(CustomResources.Restore, maker.Key, cancellation) : null,
            Now = now,
            IsLive = true,
            Owned = OwnedObjects.Of(stored),
            Pods = await ListAsync(KnownKinds.Pod, key, labels, cancellation),
            Claims = await ListAsync(KnownKinds.PersistentVolumeClaim, key, labels, cancellation),
        };
    }

    /// <summary>Asks the meta service, and whether a backup has the cluster. That it does not answer is a fact, too.</summary>
    public async Task<ClusterFacts> AskAsync(ClusterFacts facts, BalanceJob? job, CancellationToken cancellation)
    {
        var cluster = new ClusterObject(facts.Json, facts.Domain);
        try
        {
            var meta = await daemons.LookAsync(cluster, job, cancellation);
            return facts with { Meta = meta, MetaProblem = null, Backup = await BackupAsync(cluster.Key, cancellation) };
        }
        catch (NebulaKeepException problem) when (problem is not KubeException)
        {
            LogSilent(cluster.Key, problem.Message);
            return facts with { Meta = null, MetaProblem = problem.Message };
        }
    }

    async Task<string?> BackupAsync(NamespacedName cluster, CancellationToken cancellation)
    {
        var lease = await client.FindAsync(KnownKinds.Lease, ClusterLock.KeyOf(cluster), cancellation);
        if (ClusterLock.Holder(lease) is not { } held) return null;
        var backup = await client.FindAsync(CustomResources.Backup, held.Backup, cancellation);
        return ClusterLock.Judge(lease, backup, [], time.GetUtcNow()).HeldBy;
    }

    async Task<IReadOnlyList<JsonObject>> ListAsync(ResourceKind kind, NamespacedName cluster, string labels, CancellationToken cancellation) =>
        (await client.ListAsync(kind, new Selection(cluster.Namespace, $"{Labels.ManagedBy}={Labels.Operator}{labels}"), cancellation)).Items;

    [LoggerMessage(1, LogLevel.Information, "{cluster}: the meta service cannot be asked: {reason}")]
    partial void LogSilent(NamespacedName cluster, string reason);
}
