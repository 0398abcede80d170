using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Hosting;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Watching;

namespace NebulaKeep.Operator.Restores;

/// <summary>Wires the NebulaRestore controller: which changes wake which restore.</summary>
sealed class RestoreController : IOperatorController
{
    readonly RestoreReconciler reconciler;
    readonly RestoreFactFinder finder;
    readonly WatchedKind restores, clusters;

    public RestoreController(OperatorContext context)
    {
        var (options, log) = (context.Options, context.Loggers.CreateLogger("nebularestore"));
        Workers = options.RestoreWorkers;
        (restores, clusters) = (context.Watched.Of(CustomResources.Restore), context.Watched.Of(CustomResources.Cluster));
        finder = new RestoreFactFinder(context.Client, context.Watched, context.Backups, options, new Random(context.Random.Next()));
        reconciler = new RestoreReconciler(context.Client, finder, context.Daemons, context.Events("nebula-restore-controller"), context.Time, log);
        context.Metrics.AddGauge("nebulakeep_restores", "NebulaRestores, by phase.", Phases);
    }

    public string Name => "nebularestore";

    public int Workers { get; }

    public void Watch(Action<NamespacedName> enqueue)
    {
        restores.OnChange(change => enqueue(change.Object.Key()));
        clusters.OnChange(change => EnqueueMaker(change.Object, enqueue));
        foreach (var kind in finder.Followed)
            kind.OnChange(change =>
            {
                if (ClusterFactFinder.ClusterOf(change.Object) is { } key && clusters.Find(key) is { } cluster) EnqueueMaker(cluster, enqueue);
            });
    }

    public Task<TimeSpan?> ReconcileAsync(NamespacedName key, CancellationToken cancellation) => reconciler.ReconcileAsync(key, cancellation);

    static void EnqueueMaker(JsonObject cluster, Action<NamespacedName> enqueue)
    {
        if (RestoreGate.RestoreOf(cluster) is { } maker) enqueue(maker.Key);
    }

    IEnumerable<Measurement<double>> Phases() => restores.List().CountBy(RestoreObject.PhaseOf, StringComparer.Ordinal)
        .Select(phase => new Measurement<double>(phase.Value, new KeyValuePair<string, object?>("phase", phase.Key)));
}
