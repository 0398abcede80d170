using System.Text.Json.Nodes;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.ObjectStore.Sealed.Root;
using NebulaKeep.Operator.Backups;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Hosting;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Restores.Desired;
using NebulaKeep.Operator.Watching;

namespace NebulaKeep.Operator.Restores;

/// <summary>Finds what decisions are made of: in the caches, at the API server, or in the store.</summary>
sealed class RestoreFactFinder
{
    const string Letters = "bcdfghjklmnpqrstvwxz2456789";
    const int NameLetters = 4;

    readonly KubeClient client;
    readonly IBackupLooker backups;
    readonly Random random;
    readonly OperatorOptions options;
    readonly WatchedKind restores, clusters, sets, pods, configMaps;

    public RestoreFactFinder(KubeClient client, WatchedKinds watched, IBackupLooker backups, OperatorOptions options, Random random)
    {
        (this.client, this.backups, this.random, this.options) = (client, backups, random, options);
        (restores, clusters) = (watched.Of(CustomResources.Restore), watched.Of(CustomResources.Cluster));
        (sets, pods, configMaps) = (watched.Of(KnownKinds.StatefulSet), watched.Of(KnownKinds.Pod), watched.Of(KnownKinds.ConfigMap));
        foreach (var kind in Followed) kind.AddIndex(ClusterFactFinder.ByCluster, item => ClusterFactFinder.ClusterOf(item) is { } cluster ? [cluster.ToString()] : []);
    }

    /// <summary>Kinds whose changes wake the restore of the cluster that they belong to.</summary>
    public IEnumerable<WatchedKind> Followed => [sets, pods];

    /// <summary>From the caches, without a request; null when the object is not there.</summary>
    public RestoreFacts? FromCache(NamespacedName key, DateTimeOffset now)
    {
        if (restores.Find(key) is not { } restore) return null;
        var facts = new RestoreFacts { Restore = restore, Now = now, AllowCrossNamespace = options.AllowCrossNamespace, DefaultDeadline = options.RestoreDeadline, Domain = options.ClusterDomain, NewName = NewName() };
        return Around(facts) with { Target = RestoreObject.TargetOf(restore) is { } target ? clusters.Find(target) : null };
    }

    /// <summary>The restore and its cluster as the API server has them now; null when the object is gone.</summary>
    public async Task<RestoreFacts?> LiveAsync(RestoreFacts before, DateTimeOffset now, CancellationToken cancellation)
    {
        var found = await client.FindAsync(CustomResources.Restore, before.Restore.Key(), cancellation);
        // Another object of that name is another restore.
        if (found is null || found.Uid() != before.Restore.Uid()) return null;
        return await WithTargetAsync(Around(before with { Restore = found, Now = now }), cancellation);
    }

    /// <summary>With the new cluster as it is now.</summary>
    public async Task<RestoreFacts> WithTargetAsync(RestoreFacts facts, CancellationToken cancellation) => facts with
    {
        Target = RestoreObject.TargetOf(facts.Restore) is { } target ? await client.FindAsync(CustomResources.Cluster, target, cancellation) : null,
    };

    /// <summary>Answers what a decision asked for; leaders are asked for elsewhere.</summary>
    public async Task<RestoreFacts> AddAsync(RestoreFacts facts, RestoreFact asked, CancellationToken cancellation) => asked switch
    {
        RestoreFact.Secrets => facts with { Secrets = await SecretsAsync(facts, cancellation) },
        RestoreFact.Backup => await BackupAsync(facts, cancellation),
        _ => throw new ArgumentOutOfRangeException(nameof(asked)),
    };

    RestoreFacts Around(RestoreFacts facts)
    {
        var (restore, target) = (facts.Restore, RestoreObject.TargetOf(facts.Restore));
        var config = restore.At("status", "config") ?? restore.At("spec", "config");
        var source = new NamespacedName(config.Text("clusterNamespace") ?? restore.Key().Namespace, config.Text("clusterName") ?? "");
        facts = facts with { Source = clusters.Find(source) };
        if (target is not { } key) return facts;
        var plan = configMaps.Find(PlanConfigMap.KeyOf(key));
        return facts with
        {
            Sets = sets.Find(ClusterFactFinder.ByCluster, key.ToString()),
            Pods = pods.Find(ClusterFactFinder.ByCluster, key.ToString()),
            Plan = plan is null ? null : PlanOf(restore, plan),
        };
    }

    /// <summary>A plan of an earlier cluster of the name, whose collection is under way, is none.</summary>
    static Backup.Restores.Pulls.PullPlan? PlanOf(JsonObject restore, JsonObject item)
    {
        try
        {
            return PlanConfigMap.Read(item) is { } plan && plan.Restore == restore.Uid() ? plan : null;
        }
        catch (NebulaKeepException)
        {
            return null;      // it is written anew
        }
    }

    async Task<(string Reason, string Message)> SecretsAsync(RestoreFacts facts, CancellationToken cancellation)
    {
        var restore = new RestoreObject(facts.Restore);
        foreach (var need in SecretNeed.OfStore(restore.Config.S3, restore.Config.Gcs))
        {
            var secret = await client.FindAsync(KnownKinds.Secret, restore.Source with { Name = need.Name }, cancellation);
            if (need.Check(restore.Source.Namespace, secret) is { } problem) return problem;
        }
        return ("", "");
    }

    async Task<RestoreFacts> BackupAsync(RestoreFacts facts, CancellationToken cancellation)
    {
        try
        {
            return facts with { Backup = await backups.LookAsync(new RestoreObject(facts.Restore), cancellation), BackupProblem = ("", "") };
        }
        catch (NebulaKeepException problem) when (problem is not KubeException)
        {
            var reason = problem is RestoreRefusedException or ManifestException or RootException ? RestoreReasons.BackupUnusable : RestoreReasons.StoreUnreachable;
            return facts with { BackupProblem = (reason, problem.Message) };
        }
    }

    /// <summary>As upstream names them: ng and letters without vowels, so that no word comes out.</summary>
    string NewName()
    {
        lock (random) return "ng" + new string(random.GetItems<char>(Letters, NameLetters));
    }
}
