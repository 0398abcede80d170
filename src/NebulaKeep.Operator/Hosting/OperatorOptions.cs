using Microsoft.Extensions.Logging;
using NebulaKeep.Security;

namespace NebulaKeep.Operator.Hosting;

/// <summary>What the command line says. Names and defaults of flags follow upstream's controller-manager (spec/operator-process.md §5.2).</summary>
sealed record OperatorOptions
{
    public string? KubeConfig { get; init; }

    /// <summary>Empty: all namespaces.</summary>
    public IReadOnlyList<string> WatchNamespaces { get; init; } = [];

    /// <summary>Only objects of our kinds with these labels.</summary>
    public string? ObjectSelector { get; init; }

    /// <summary>Every object is looked at again this often; null for only when something happens.</summary>
    public TimeSpan? SyncPeriod { get; init; }

    /// <summary>Empty: all.</summary>
    public IReadOnlyList<string> Controllers { get; init; } = [];

    public int ClusterWorkers { get; init; } = 5;

    public int BackupWorkers { get; init; } = 5;

    public int CronBackupWorkers { get; init; } = 5;

    public int RestoreWorkers { get; init; } = 5;

    public LeaderOptions Leader { get; init; } = new();

    /// <summary><c>host:port</c> or <c>:port</c>; <c>0</c> turns it off.</summary>
    public string MetricsAddress { get; init; } = ":8080";

    /// <summary>As <see cref="MetricsAddress"/>.</summary>
    public string HealthAddress { get; init; } = ":8081";

    /// <summary>The cluster's DNS domain.</summary>
    public string ClusterDomain { get; init; } = "cluster.local";

    /// <summary>The operator's own certificate, for clusters that name none; null for none.</summary>
    public TlsFiles? ClientCertificates { get; init; }

    /// <summary>NebulaBackups may read clusters of any namespace, without the cluster's consent.</summary>
    public bool AllowCrossNamespace { get; init; }

    /// <summary>The deadline of backups that name none; zero for none.</summary>
    public TimeSpan BackupDeadline { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The deadline of restores that name none; zero for none.</summary>
    public TimeSpan RestoreDeadline { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a deleted NebulaBackup waits for its data to be removed before it goes anyway.</summary>
    public TimeSpan CleanTimeout { get; init; } = TimeSpan.FromHours(1);

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public string LogFormat { get; init; } = "json";
}

/// <summary>How replicas agree on one that works.</summary>
sealed record LeaderOptions
{
    public bool Elect { get; init; }

    public string Namespace { get; init; } = "nebula-system";

    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);
}
