using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Leadership;

/// <summary>
/// Timing of an election. A leader that cannot renew stops after <see cref="RenewDeadline"/>; others take over after
/// <see cref="LeaseDuration"/>; the difference is what clocks may drift and work may take to stop.
/// </summary>
public sealed record LeaderElectionOptions
{
    /// <summary>The Lease that candidates fight for.</summary>
    public required NamespacedName Lease { get; init; }

    /// <summary>This candidate; unique in the cluster, also across restarts of a pod.</summary>
    public required string Identity { get; init; }

    /// <summary>How long others wait for a leader that they don't hear of.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a leader goes on without a successful renewal.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the leader renews and others look.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    internal void Validate()
    {
        if (LeaseDuration <= RenewDeadline) throw new ArgumentException($"The lease duration {LeaseDuration} must be longer than the renew deadline {RenewDeadline}");
        if (RenewDeadline <= RetryPeriod) throw new ArgumentException($"The renew deadline {RenewDeadline} must be longer than the retry period {RetryPeriod}");
        if (Identity.Length == 0) throw new ArgumentException("A candidate needs an identity");
    }
}
