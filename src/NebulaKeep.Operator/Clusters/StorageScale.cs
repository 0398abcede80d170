using System.Globalization;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Operator.Clusters.Daemons;

namespace NebulaKeep.Operator.Clusters;

/// <summary>
/// Which storageds the meta service knows. New ones are registered before they run; ones that go are emptied first, taken out, and only
/// then stopped. The phase in the status says what is under way, so that a restart of the operator goes on with it.
/// </summary>
static class StorageScale
{
    public const string Running = "Running";
    public const string Out = "ScaleOut";
    public const string In = "ScaleIn";

    /// <summary>How many pods there shall be now.</summary>
    public static int Replicas(ClusterFacts facts, ClusterObject cluster, SetView set)
    {
        var wanted = cluster.Storaged.Replicas;
        if (wanted > set.Replicas) return AreRegistered(facts, cluster, wanted) ? wanted : set.Replicas;
        if (wanted < set.Replicas) return facts.Meta is { } meta && !Leaving(cluster, set.Replicas).Any(meta.Storages.ContainsKey) ? wanted : set.Replicas;
        return wanted;
    }

    /// <summary>The phase that the status must show before anything is done.</summary>
    public static string Phase(ClusterFacts facts, ClusterObject cluster)
    {
        var (known, set) = (cluster.Status.Storaged?.Phase, facts.Owned.StatefulSet(cluster.Storaged));
        var replicas = set?.Number("spec", "replicas") ?? cluster.Storaged.Replicas;
        if (cluster.Storaged.Replicas > replicas) return Out;
        if (cluster.Storaged.Replicas < replicas) return In;
        return known is Out or In && !IsSettled(facts, cluster) ? known : Running;
    }

    /// <summary>The next thing to do, or null. The meta service is not asked before one of it is ready.</summary>
    public static ClusterAction? Next(ClusterFacts facts, ClusterObject cluster)
    {
        if (facts.Owned.StatefulSet(cluster.Storaged) is not { } set || !MetaServes(facts, cluster) || facts.MetaProblem is not null) return null;
        var replicas = (int)(set.Number("spec", "replicas") ?? 0);
        if (IsQuiet(cluster, replicas)) return null;
        if (facts.Meta is not { } meta) return new ClusterAction.AskMeta(JobOf(cluster));
        if (cluster.Storaged.Replicas < replicas) return Drain(facts, cluster, meta, replicas);
        if (Missing(cluster, meta) is { Count: > 0 } missing) return new ClusterAction.AddHosts(missing);
        return cluster.Status.Storaged?.Phase is Out && cluster.Spec.Storaged.EnableAutoBalance == true && IsUp(facts, cluster) ? Balance(facts, cluster, meta) : null;
    }

    /// <summary>The job that the status names has ended: what the status must say of it, and whose leaders are to be balanced.</summary>
    public static (BalanceJob Job, bool IsBalanced)? Ended(ClusterFacts facts, ClusterObject cluster) =>
        JobOf(cluster) is { } job && facts.Meta?.Job is (JobStatus.FINISHED or JobStatus.STOPPED or JobStatus.INVALID) and var state
            ? (job, state is JobStatus.FINISHED && cluster.Status.Storaged?.Phase is Out)
            : null;

    /// <summary>Why it does not go on, for people; null when nothing is in the way.</summary>
    public static string? Obstacle(ClusterFacts facts, ClusterObject cluster)
    {
        var replicas = (int)(facts.Owned.StatefulSet(cluster.Storaged)?.Number("spec", "replicas") ?? 0);
        if (facts.Meta is not { } meta || cluster.Storaged.Replicas >= replicas) return null;
        return TooFew(cluster, meta) ?? (facts.Backup is { } backup ? $"The backup {backup} of this cluster runs; storageds are emptied when it is over." : null);
    }

    /// <summary>The storageds that the status says are registered are the wanted ones.</summary>
    public static bool IsSettled(ClusterFacts facts, ClusterObject cluster)
    {
        if (!AreRegistered(facts, cluster, cluster.Storaged.Replicas)) return false;
        if (cluster.Status.Storaged?.Phase is not Out || cluster.Spec.Storaged.EnableAutoBalance != true) return true;
        return facts.Meta is { } meta && IsUp(facts, cluster) && meta.Spaces.All(space => IsBalanced(cluster, space.Id)) && JobOf(cluster) is null;
    }

    /// <summary>Each of the first so many is registered, by the meta service's answer or else by what was written down of an earlier one.</summary>
    public static bool AreRegistered(ClusterFacts facts, ClusterObject cluster, int replicas) => facts.Meta is { } meta
        ? cluster.Storaged.Addresses(replicas).All(meta.Storages.ContainsKey)
        : cluster.Status.Storaged is { HostsAdded: true } status && status.RegisteredReplicas >= replicas;

    public static bool MetaServes(ClusterFacts facts, ClusterObject cluster) =>
        facts.Owned.StatefulSet(cluster.Metad) is { } set && new SetView(set, facts.PodsOf(cluster.Metad), cluster.Metad).HasQuorum;

    public static BalanceJob? JobOf(ClusterObject cluster) =>
        cluster.Status.Storaged?.LastBalanceJob is { SpaceID: { } space, JobID: { } id } ? new BalanceJob(space, id) : null;

    static bool IsQuiet(ClusterObject cluster, int replicas) =>
        cluster.Status.Storaged is { HostsAdded: true, Phase: Running or ClusterStatus.Update } status && status.RegisteredReplicas == replicas && cluster.Storaged.Replicas == replicas;

    static bool IsUp(ClusterFacts facts, ClusterObject cluster) =>
        facts.Owned.StatefulSet(cluster.Storaged) is { } set && new SetView(set, facts.PodsOf(cluster.Storaged), cluster.Storaged).IsReady;

    static List<HostAddress> Missing(ClusterObject cluster, MetaAnswer meta) =>
        [.. cluster.Storaged.Addresses(cluster.Storaged.Replicas).Where(host => !meta.Storages.ContainsKey(host))];

    static IEnumerable<HostAddress> Leaving(ClusterObject cluster, int replicas) => cluster.Storaged.Addresses(replicas).Skip(cluster.Storaged.Replicas);

    /// <summary>Empties the storageds that go, space by space, and takes them out.</summary>
    static ClusterAction? Drain(ClusterFacts facts, ClusterObject cluster, MetaAnswer meta, int replicas)
    {
        var leaving = Leaving(cluster, replicas).Where(meta.Storages.ContainsKey).ToList();
        if (leaving.Count == 0 || Obstacle(facts, cluster) is not null) return null;
        var full = meta.Spaces.FirstOrDefault(space => leaving.Exists(host => meta.Storages[host].GetValueOrDefault(space.Name) > 0));
        if (full is null) return new ClusterAction.DropHosts(leaving);
        return Job(cluster, meta, full.Id) ?? new ClusterAction.Submit(full.Id, JobType.ZONE_BALANCE, [.. leaving.Select(Quoted)]);
    }

    /// <summary>Balances data space by space, then leaders.</summary>
    static ClusterAction? Balance(ClusterFacts facts, ClusterObject cluster, MetaAnswer meta)
    {
        if (facts.Backup is not null) return null;
        var next = meta.Spaces.FirstOrDefault(space => !IsBalanced(cluster, space.Id));
        if (next is null) return null;
        return Job(cluster, meta, next.Id) ?? new ClusterAction.Submit(next.Id, JobType.ZONE_BALANCE, []);
    }

    /// <summary>What the job under way demands: waiting, or going on after a failure; null when there is none of this space.</summary>
    static ClusterAction? Job(ClusterObject cluster, MetaAnswer meta, int space)
    {
        if (JobOf(cluster) is not { } job || job.Space != space) return null;
        return meta.Job switch
        {
            JobStatus.QUEUE or JobStatus.RUNNING => new ClusterAction.Idle(ClusterMachine.Poll),
            JobStatus.FAILED => new ClusterAction.Recover(job),
            _ => null,
        };
    }

    static bool IsBalanced(ClusterObject cluster, int space) => cluster.Status.Storaged?.BalancedSpaces?.Contains(space) == true;

    static string? TooFew(ClusterObject cluster, MetaAnswer meta) => meta.Spaces.FirstOrDefault(space => space.ReplicaFactor > cluster.Storaged.Replicas) is not { } space ? null
        : $"The space {space.Name} keeps {space.ReplicaFactor} replicas of each partition, and {cluster.Storaged.Replicas} storageds would be left. Set spec.storaged.replicas to {space.ReplicaFactor} or more, or drop the space.";

    /// <summary>A host as jobs of the meta service take it.</summary>
    static string Quoted(HostAddress host) => string.Create(CultureInfo.InvariantCulture, $"\"{host.Host}\":{host.Port}");
}
