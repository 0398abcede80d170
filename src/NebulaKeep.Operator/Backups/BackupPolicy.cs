namespace NebulaKeep.Operator.Backups;

/// <summary>What the operator was told about all backups.</summary>
sealed record BackupPolicy
{
    public bool AllowCrossNamespace { get; init; }

    /// <summary>The deadline of backups that name none; zero for none.</summary>
    public TimeSpan DefaultDeadline { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a deleted NebulaBackup waits for its data to be removed.</summary>
    public TimeSpan CleanTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The delay before the second try to clean; doubled for each further one, up to ten minutes.</summary>
    public TimeSpan CleanRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the progress of a running backup is read.</summary>
    public TimeSpan ProgressPeriod { get; init; } = TimeSpan.FromSeconds(15);

    public string ClusterDomain { get; init; } = "cluster.local";

    /// <summary>The API server knows init containers that run beside the others and end with them.</summary>
    public bool NativeSidecars { get; init; }
}
