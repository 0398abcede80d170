using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.Operator.Clusters.Daemons;

/// <summary>
/// What the operator asks of a cluster's daemons. Every method throws <see cref="NebulaKeepException"/> when they cannot be reached, refuse
/// it, or the certificates for it are missing; the message says what to do.
/// </summary>
interface IClusterDaemons
{
    /// <summary>Asks the meta service for what <see cref="MetaAnswer"/> has; with the state of a job where one is given.</summary>
    Task<MetaAnswer> LookAsync(ClusterObject cluster, BalanceJob? job, CancellationToken cancellation);

    /// <summary>Registers storageds; they need not run yet.</summary>
    Task AddHostsAsync(ClusterObject cluster, IReadOnlyList<HostAddress> hosts, CancellationToken cancellation);

    /// <summary>Takes storageds without partitions out.</summary>
    Task DropHostsAsync(ClusterObject cluster, IReadOnlyList<HostAddress> hosts, CancellationToken cancellation);

    /// <summary>Submits a job of a space and returns its number; null when there is nothing to balance.</summary>
    Task<int?> SubmitAsync(ClusterObject cluster, int space, JobType type, IReadOnlyList<string> parameters, CancellationToken cancellation);

    /// <summary>Lets a job that failed go on.</summary>
    Task RecoverAsync(ClusterObject cluster, BalanceJob job, CancellationToken cancellation);

    /// <summary>Answers once a metad serves, so that it can be told to take in tables.</summary>
    Task GreetMetadAsync(ClusterObject cluster, int ordinal, CancellationToken cancellation);

    /// <summary>Lets one metad take in exported tables and put new storageds in the place of old ones. It is not replicated: each metad is told.</summary>
    Task RestoreMetaAsync(ClusterObject cluster, int ordinal, IReadOnlyList<string> files, IReadOnlyList<(HostAddress From, HostAddress To)> hosts, CancellationToken cancellation);

    /// <summary>For each space that lacks leaders of partitions, how many it has; empty where none does.</summary>
    Task<string> MissingLeadersAsync(ClusterObject cluster, IReadOnlyDictionary<string, int> partitions, CancellationToken cancellation);

    /// <summary>Moves the partitions that a storaged leads to other replicas; true once it leads none that has another replica.</summary>
    Task<bool> MoveLeadersAsync(ClusterObject cluster, HostAddress storaged, CancellationToken cancellation);
}

/// <summary>A job of the meta service.</summary>
sealed record BalanceJob(int Space, int Id);
