using Microsoft.Extensions.Logging;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Events;
using NebulaKeep.Operator.Clusters.Daemons;
using NebulaKeep.Operator.Metrics;
using NebulaKeep.Operator.Restores;
using NebulaKeep.Operator.Watching;

namespace NebulaKeep.Operator.Hosting;

/// <summary>What controllers are made of.</summary>
sealed record OperatorContext
{
    public required OperatorOptions Options { get; init; }

    public required KubeClient Client { get; init; }

    /// <summary>The API server's release: decides which features the made objects may use.</summary>
    public required ServerVersion Server { get; init; }

    public required WatchedKinds Watched { get; init; }

    public required OperatorMetrics Metrics { get; init; }

    public required TimeProvider Time { get; init; }

    public required Random Random { get; init; }

    public required ILoggerFactory Loggers { get; init; }

    /// <summary>How daemons of clusters are spoken to.</summary>
    public required IClusterDaemons Daemons { get; init; }

    /// <summary>How backups are looked at.</summary>
    public required IBackupLooker Backups { get; init; }

    /// <summary>Recorders that the process runs; add one for each component.</summary>
    public List<EventRecorder> Recorders { get; } = [];

    /// <summary>A recorder under the name that upstream's component has, such as <c>nebula-backup-controller</c>.</summary>
    public EventRecorder Events(string component)
    {
        var recorder = new EventRecorder(Client, component, Time, Loggers.CreateLogger("events"));
        Recorders.Add(recorder);
        return recorder;
    }
}
