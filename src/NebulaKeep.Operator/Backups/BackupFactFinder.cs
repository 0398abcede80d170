using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Watching;
using NebulaKeep.Operator.Backups.Desired;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Watching;

namespace NebulaKeep.Operator.Backups;

/// <summary>Finds what decisions are made of: in the caches, or at the API server.</summary>
sealed partial class BackupFactFinder
{
    public const string ByPhase = "phase";
    public const string WaitingForCluster = "waitingForCluster";
    public const string ByBackupName = "backupName";
    public const string ByOwner = "owner";

    const int LogBytes = 256 << 10;
    const int LogEndLines = 20;

    readonly KubeClient client;
    readonly TimeProvider time;
    readonly ILogger log;
    readonly WatchedKind backups, clusters, jobs, pods;

    public BackupFactFinder(KubeClient client, WatchedKinds watched, TimeProvider time, ILogger log)
    {
        (this.client, this.time, this.log) = (client, time, log);
        (backups, clusters) = (watched.Of(CustomResources.Backup), watched.Of(CustomResources.Cluster));
        (jobs, pods) = (watched.Of(KnownKinds.Job), watched.Of(KnownKinds.Pod));
        backups.AddIndex(ByPhase, item => [BackupObject.PhaseOf(item)]);
        // Only those that wait: a cluster may have thousands that are over.
        backups.AddIndex(WaitingForCluster, item => BackupObject.PhaseOf(item) == BackupObject.Pending ? [BackupObject.ClusterOf(item).ToString()] : []);
        backups.AddIndex(ByBackupName, item => item.Text("status", "backupName") is { } name ? [$"{item.Key().Namespace}/{name}"] : []);
        pods.AddIndex(ByOwner, Indexers.ByOwner);
    }

    /// <summary>From the caches, without a request; null when the object is not there.</summary>
    public BackupFacts? FromCache(NamespacedName key, BackupPolicy policy, DateTimeOffset now)
    {
        if (backups.Find(key) is not { } backup) return null;
        var (job, clean) = (jobs.Find(JobKey(backup)), jobs.Find(CleanKey(backup)));
        return Surroundings(new BackupFacts { Backup = backup, Now = now, Policy = policy, Job = job, Pods = CachedPods(job), CleanJob = clean, CleanPods = CachedPods(clean) });
    }

    /// <summary>As the API server has it now; null when the object is gone.</summary>
    public async Task<BackupFacts?> LiveAsync(BackupFacts before, DateTimeOffset now, bool keepAnswers, CancellationToken cancellation)
    {
        var found = await client.FindAsync(CustomResources.Backup, before.Backup.Key(), cancellation);
        // Another object of that name is another backup.
        if (found is null || found.Uid() != before.Backup.Uid()) return null;
        var job = await client.FindAsync(KnownKinds.Job, JobKey(found), cancellation);
        var clean = found.IsDeleting() ? await client.FindAsync(KnownKinds.Job, CleanKey(found), cancellation) : null;
        var facts = before with { Backup = found, Now = now, Job = job, Pods = await PodsAsync(job, cancellation), CleanJob = clean, CleanPods = await PodsAsync(clean, cancellation) };
        return Surroundings(keepAnswers ? facts : facts with { Secrets = null, Lock = null, Log = null, LogEnd = null });
    }

    /// <summary>Answers what a decision asked for.</summary>
    public async Task<BackupFacts> AddAsync(BackupFacts facts, BackupFact asked, CancellationToken cancellation) => asked switch
    {
        BackupFact.Secrets => facts with { Secrets = await SecretsAsync(facts, cancellation) },
        BackupFact.Lock => facts with { Lock = await LockAsync(facts, cancellation) },
        BackupFact.Log => facts with { Log = await LogAsync(facts, null, cancellation) },
        BackupFact.LogEnd => facts with { LogEnd = await LogAsync(facts, LogEndLines, cancellation) },
        _ => throw new ArgumentOutOfRangeException(nameof(asked)),
    };

    /// <summary>Judges a Lease by the backup that it names, as that is stored now.</summary>
    public async Task<LockState> JudgeAsync(JsonObject? lease, JsonObject backup, CancellationToken cancellation)
    {
        var holder = ClusterLock.Holder(lease) is { } held && held.Uid != backup.Uid()
            ? await client.FindAsync(CustomResources.Backup, held.Backup, cancellation)
            : null;
        return ClusterLock.Judge(lease, holder, backup, time.GetUtcNow());
    }

    static NamespacedName JobKey(JsonObject backup)
    {
        var type = backup.Text("spec", "config", "baseBackupName") is null ? "full" : "incr";
        return backup.Key() with { Name = backup.Text("status", "jobName") ?? BackupObject.JobName(type, backup.Key().Name) };
    }

    static NamespacedName CleanKey(JsonObject backup) => backup.Key() with { Name = Shared.ObjectNames.Fit($"clean-{backup.Key().Name}") };

    IReadOnlyList<JsonObject> CachedPods(JsonObject? job) => job is null ? [] : pods.Find(ByOwner, job.Uid());

    BackupFacts Surroundings(BackupFacts facts)
    {
        var backup = facts.Backup;
        var start = backup.Text("spec", "config", "baseBackupName");
        return facts with
        {
            Cluster = clusters.Find(BackupObject.ClusterOf(backup)),
            Base = start is null ? null : backups.Find(ByBackupName, $"{backup.Key().Namespace}/{start}") is [var known, ..] ? known : null,
        };
    }

    /// <summary>By the Job's identity: labels are the user's too.</summary>
    async Task<IReadOnlyList<JsonObject>> PodsAsync(JsonObject? job, CancellationToken cancellation)
    {
        if (job is null) return [];
        var named = await client.ListAsync(KnownKinds.Pod, new Selection(job.Key().Namespace, $"job-name={job.Key().Name}"), cancellation);
        return [.. named.Items.Where(pod => OwnerReferences.Uids(pod).Contains(job.Uid(), StringComparer.Ordinal))];
    }

    async Task<(string Reason, string Message)> SecretsAsync(BackupFacts facts, CancellationToken cancellation)
    {
        var backup = new BackupObject(facts.Backup);
        foreach (var need in SecretNeed.Of(backup, new ClusterView(facts.Cluster!)))
        {
            var secret = await client.FindAsync(KnownKinds.Secret, backup.Key with { Name = need.Name }, cancellation);
            if (need.Check(backup.Key.Namespace, secret) is { } problem) return problem;
        }
        return ("", "");
    }

    async Task<LockState> LockAsync(BackupFacts facts, CancellationToken cancellation) =>
        await JudgeAsync(await client.FindAsync(KnownKinds.Lease, ClusterLock.KeyOf(new BackupObject(facts.Backup).Cluster), cancellation), facts.Backup, cancellation);

    /// <summary>A log that cannot be read is empty: a backup's end does not depend on it.</summary>
    async Task<string> LogAsync(BackupFacts facts, int? lastLines, CancellationToken cancellation)
    {
        if (PodState.Latest(facts.Pods) is not { } pod) return "";
        try
        {
            await using var stream = await client.OpenLogAsync(pod.Key, new PodLogQuery(BrPod.Container, LogBytes, TailLines: lastLines), cancellation);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadToEndAsync(cancellation);
        }
        catch (NebulaKeepException error)
        {
            LogUnreadable(pod.Key, error.Message);
            return "";
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "The log of {pod} cannot be read: {reason}")]
    partial void LogUnreadable(NamespacedName pod, string reason);
}
