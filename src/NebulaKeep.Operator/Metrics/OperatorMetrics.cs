using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using NebulaKeep.Operator.Watching;

namespace NebulaKeep.Operator.Metrics;

/// <summary>All metrics of the process; their names are here and nowhere else.</summary>
sealed class OperatorMetrics : IDisposable
{
    readonly Meter meter = new("NebulaKeep.Operator");
    readonly Counter<long> reconciles;
    readonly Histogram<double> reconcileSeconds;

    public OperatorMetrics(WatchedKinds watched)
    {
        Collector = new MetricsCollector(meter);
        reconciles = meter.CreateCounter<long>("nebulakeep_reconciles", description: "Objects worked on, by controller and outcome.");
        reconcileSeconds = meter.CreateHistogram<double>("nebulakeep_reconcile_seconds", "s", "How long the work on one object takes.");
        meter.CreateObservableGauge("nebulakeep_leader", () => IsLeader() ? 1 : 0, description: "1 while this process works.");
        meter.CreateObservableGauge("nebulakeep_queue_depth", () => QueueDepths.Select(queue => new Measurement<int>(queue.Value(), Tag("controller", queue.Key))), description: "Objects that wait for a worker.");
        meter.CreateObservableGauge("nebulakeep_cached_objects", () => Each(watched, kind => kind.Count), description: "Objects known, by kind.");
        meter.CreateObservableCounter("nebulakeep_lists", () => Each(watched, kind => kind.Requests.Lists), description: "Lists of a whole kind; one in a life is normal.");
        meter.CreateObservableCounter("nebulakeep_watches", () => Each(watched, kind => kind.Requests.Watches), description: "Watches opened, by kind.");
    }

    public MetricsCollector Collector { get; }

    public ConcurrentDictionary<string, Func<int>> QueueDepths { get; } = new(StringComparer.Ordinal);

    public Func<bool> IsLeader { get; set; } = () => false;

    public void Reconciled(string controller, bool succeeded, TimeSpan duration)
    {
        reconciles.Add(1, Tag("controller", controller), Tag("outcome", succeeded ? "success" : "error"));
        reconcileSeconds.Record(duration.TotalSeconds, Tag("controller", controller));
    }

    /// <summary>Adds a gauge that is asked for at each scrape.</summary>
    public void AddGauge(string name, string description, Func<IEnumerable<Measurement<double>>> observe) =>
        meter.CreateObservableGauge(name, observe, description: description);

    public void Dispose()
    {
        Collector.Dispose();
        meter.Dispose();
    }

    static IEnumerable<Measurement<int>> Each(WatchedKinds watched, Func<WatchedKind, int> value) =>
        watched.All.Select(kind => new Measurement<int>(value(kind), Tag("kind", kind.Kind.Kind)));

    static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
