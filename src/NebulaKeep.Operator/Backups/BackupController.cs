using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Hosting;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Watching;

namespace NebulaKeep.Operator.Backups;

/// <summary>Wires the NebulaBackup controller: which changes wake which backup.</summary>
sealed class BackupController : IOperatorController
{
    readonly BackupReconciler reconciler;
    readonly WatchedKind backups, clusters, jobs, pods;

    public BackupController(OperatorContext context)
    {
        var (options, log) = (context.Options, context.Loggers.CreateLogger("nebulabackup"));
        Workers = options.BackupWorkers;
        (backups, clusters) = (context.Watched.Of(CustomResources.Backup), context.Watched.Of(CustomResources.Cluster));
        (jobs, pods) = (context.Watched.Of(KnownKinds.Job), context.Watched.Of(KnownKinds.Pod));
        var policy = new BackupPolicy
        {
            AllowCrossNamespace = options.AllowCrossNamespace,
            DefaultDeadline = options.BackupDeadline,
            CleanTimeout = options.CleanTimeout,
            ClusterDomain = options.ClusterDomain,
            NativeSidecars = context.Server >= ServerVersion.NativeSidecars,
        };
        var finder = new BackupFactFinder(context.Client, context.Watched, context.Time, log);
        reconciler = new BackupReconciler(context.Client, finder, policy, context.Events("nebula-backup-controller"), context.Time, log);
        context.Metrics.AddGauge("nebulakeep_backups", "NebulaBackups, by phase.", Phases);
        context.Metrics.AddGauge("nebulakeep_last_complete_backup_timestamp_seconds", "When the last complete backup of a cluster ended.", LastComplete);
    }

    public string Name => "nebulabackup";

    public int Workers { get; }

    public void Watch(Action<NamespacedName> enqueue)
    {
        backups.OnChange(change =>
        {
            enqueue(change.Object.Key());
            // One that ends lets the next one start.
            if (IsOver(change.Object)) WakeWaiting(BackupObject.ClusterOf(change.Object), enqueue);
        });
        jobs.OnChange(change => EnqueueOwner(change.Object, enqueue));
        pods.OnChange(change =>
        {
            if (OwnerReferences.ControllerOf(change.Object, KnownKinds.Job) is { } job && jobs.Find(job) is { } owner) EnqueueOwner(owner, enqueue);
        });
        clusters.OnChange(change => WakeWaiting(change.Object.Key(), enqueue));
    }

    public Task<TimeSpan?> ReconcileAsync(NamespacedName key, CancellationToken cancellation) => reconciler.ReconcileAsync(key, cancellation);

    static void EnqueueOwner(JsonObject job, Action<NamespacedName> enqueue)
    {
        if (OwnerReferences.ControllerOf(job, CustomResources.Backup) is { } key) enqueue(key);
    }

    static bool IsOver(JsonObject backup) => BackupObject.PhaseOf(backup) is "Complete" or "Failed" && backup.Text("status", "clusterLock") is null;

    void WakeWaiting(NamespacedName cluster, Action<NamespacedName> enqueue)
    {
        foreach (var backup in backups.Find(BackupFactFinder.WaitingForCluster, cluster.ToString())) enqueue(backup.Key());
    }

    IEnumerable<Measurement<double>> Phases() => backups.CountBy(BackupFactFinder.ByPhase)
        .Select(phase => new Measurement<double>(phase.Value, new KeyValuePair<string, object?>("phase", phase.Key)));

    IEnumerable<Measurement<double>> LastComplete() =>
        from backup in backups.List()
        where BackupObject.PhaseOf(backup) == "Complete"
        let ended = backup.Time("status", "timeCompleted")
        where ended is not null
        group ended.Value by BackupObject.ClusterOf(backup) into ends
        select new Measurement<double>(ends.Max().ToUnixTimeSeconds(), new("namespace", ends.Key.Namespace), new("cluster", ends.Key.Name));
}
