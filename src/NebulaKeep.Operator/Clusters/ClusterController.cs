using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Hosting;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Watching;
using Microsoft.Extensions.Logging;

namespace NebulaKeep.Operator.Clusters;

/// <summary>Wires the NebulaCluster controller: which changes wake which cluster.</summary>
sealed class ClusterController : IOperatorController
{
    readonly ClusterReconciler reconciler;
    readonly ClusterFactFinder finder;
    readonly WatchedKind clusters, restores;

    public ClusterController(OperatorContext context)
    {
        var log = context.Loggers.CreateLogger("nebulacluster");
        Workers = context.Options.ClusterWorkers;
        (clusters, restores) = (context.Watched.Of(CustomResources.Cluster), context.Watched.Of(CustomResources.Restore));
        finder = new ClusterFactFinder(context.Client, context.Watched, context.Daemons, context.Options.ClusterDomain, context.Time, log);
        reconciler = new ClusterReconciler(context.Client, finder, context.Daemons, context.Events("nebula-cluster-controller"), context.Time, log);
        context.Metrics.AddGauge("nebulakeep_clusters", "NebulaClusters, by the reason of their condition Ready.", States);
    }

    public string Name => "nebulacluster";

    public int Workers { get; }

    public void Watch(Action<NamespacedName> enqueue)
    {
        clusters.OnChange(change => enqueue(change.Object.Key()));
        // A restore's progress lets the next service of its cluster come up.
        restores.OnChange(change =>
        {
            if (Restores.RestoreObject.TargetOf(change.Object) is { } target) enqueue(target);
        });
        foreach (var kind in finder.Followed)
            kind.OnChange(change =>
            {
                if (ClusterFactFinder.ClusterOf(change.Object) is { } cluster) enqueue(cluster);
            });
    }

    public Task<TimeSpan?> ReconcileAsync(NamespacedName key, CancellationToken cancellation) => reconciler.ReconcileAsync(key, cancellation);

    IEnumerable<Measurement<double>> States() => clusters.List()
        .CountBy(cluster => Condition.Find(cluster.At("status", "conditions"), "Ready").Text("reason") ?? "Unknown", StringComparer.Ordinal)
        .Select(state => new Measurement<double>(state.Value, new KeyValuePair<string, object?>("reason", state.Key)));
}
