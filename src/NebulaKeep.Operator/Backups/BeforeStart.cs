using System.Text.Json.Nodes;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Backups.Desired;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups;

/// <summary>Up to the Job: what is missing is said in the status and waited for; nothing of it is final.</summary>
static class BeforeStart
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);

    public static BackupAction Decide(BackupFacts facts, BackupObject backup)
    {
        if (facts.Job is { } made && backup.Owns(made)) return Started(facts, backup, new JobState(made));
        if (SpecRules.Problem(backup, facts.Base) is { } problem) return BackupMachine.Invalid(facts, problem);
        if (facts.Cluster is null) return Wait(facts, Reasons.ClusterNotFound, $"There is no NebulaCluster {backup.Cluster} that this operator sees. Correct spec.config, or create the cluster; the backup then starts by itself.");
        ClusterView cluster;
        try
        {
            cluster = new ClusterView(facts.Cluster);
        }
        catch (NebulaKeepException unreadable)
        {
            return Wait(facts, Reasons.ClusterNotReady, $"The NebulaCluster {backup.Cluster} cannot be read: {unreadable.Message}");
        }
        if (Obstacle(facts, backup, cluster) is { } obstacle) return Wait(facts, obstacle.Reason, obstacle.Message);
        if (facts.Secrets is not { } secrets) return new BackupAction.Ask(BackupFact.Secrets);
        if (secrets.Reason.Length > 0) return Wait(facts, secrets.Reason, secrets.Message);
        return Start(facts, backup, cluster);
    }

    static BackupAction Start(BackupFacts facts, BackupObject backup, ClusterView cluster)
    {
        // From the first write to the end the object must not vanish: its deletion cancels the Job and removes what that left.
        if (Finalizers.PatchToAdd(facts.Backup, Labels.BackupCleanup) is { } patch) return new BackupAction.PatchObject(patch);
        if (facts.Lock is not { } held) return new BackupAction.Ask(BackupFact.Lock);
        if (held.HeldBy is { } other) return Wait(facts, Reasons.WaitingForBackup, $"The backup {other} of the same cluster is not over yet; one at a time.");
        if (!held.IsOurs) return new BackupAction.TakeLock();
        if (facts.CannotCreate) return new BackupAction.Idle();
        return new BackupAction.CreateJob(BackupJob.Backup(backup, cluster, facts.Policy));
    }

    static (string Reason, string Message)? Obstacle(BackupFacts facts, BackupObject backup, ClusterView cluster)
    {
        if (backup.Cluster.Namespace != backup.Key.Namespace && !facts.Policy.AllowCrossNamespace && !cluster.Allows(backup.Key.Namespace))
            return (Reasons.CrossNamespaceDenied, $"The cluster {backup.Cluster} does not allow backups from the namespace {backup.Key.Namespace}. Its owner allows them with the annotation {Annotations.BackupNamespaces}: {backup.Key.Namespace}");
        if (!cluster.HasAgents) return (Reasons.BackupDisabled, $"The cluster {backup.Cluster} runs no backup agents: set its spec.enableBR to true.");
        if (cluster.Tls.Problem is { } problem) return (Reasons.TlsInconsistent, $"The cluster {backup.Cluster} is misconfigured: {problem}");
        if (!cluster.IsReady) return (Reasons.ClusterNotReady, $"The cluster {backup.Cluster} is not ready: {cluster.WhyNotReady}");
        return facts.Job is null ? null : (Reasons.JobNameTaken, $"A Job {facts.Job.Key()} of somebody else is in the way; the backup starts when it is gone.");
    }

    static BackupAction Wait(BackupFacts facts, string reason, string message)
    {
        var draft = new StatusDraft(facts.Backup, facts.Now).Condition("Running", false, reason, message).Set("phase", "Pending");
        ClearInvalid(facts, draft);
        var isNews = Condition.Find(facts.Backup.At("status", "conditions"), "Running")?.Text("reason") != reason;
        var isWarning = reason is not (Reasons.WaitingForBackup or Reasons.ClusterNotReady);
        return BackupMachine.Write(draft, isNews ? new UserEvent(isWarning, reason, message) : null) ?? new BackupAction.Idle(Poll);
    }

    /// <summary>Records the Job. From here on the spec is settled, and a Job that is missing has been deleted by somebody.</summary>
    static BackupAction Started(BackupFacts facts, BackupObject backup, JobState job)
    {
        var draft = new StatusDraft(facts.Backup, facts.Now)
            .Condition("Running", true, Reasons.JobCreated, $"The Job {job.Key.Name} makes the backup")
            .Set("phase", "Running")
            .Set("type", backup.Type)
            .Set("baseBackupName", backup.Config.BaseBackupName)
            .Set("timeStarted", (job.Created ?? facts.Now).ToKubernetesTime())
            .Set("jobName", job.Key.Name)
            .Set("jobUid", job.Uid)
            .Set("config", facts.Backup.At("spec", "config")?.DeepClone())
            .Set("clusterLock", ClusterLock.KeyOf(backup.Cluster).Name);
        ClearInvalid(facts, draft);
        var warning = CertificateWarning(facts, backup);
        if (warning is not null) draft.Condition(Reasons.ClientCertificate, false, Reasons.NoClientCertificate, warning);
        return BackupMachine.Write(draft, new UserEvent(warning is not null, "Started", $"The Job {job.Key.Name} makes the backup of {backup.Cluster}{(warning is null ? "" : $". {warning}")}")) ?? new BackupAction.Idle();
    }

    /// <summary>A backup is not held up for it: br's image may bring a certificate, which nobody sees from here.</summary>
    static string? CertificateWarning(BackupFacts facts, BackupObject backup) =>
        facts.Cluster is not { } json || !ClusterView.TryRead(json, out var cluster) || !ClientCertificates.AreMissing(backup, cluster) ? null
        : $"br is given no client certificate, and agents refuse whoever shows none, also where the daemons use no TLS. Name a Secret in spec.sslCerts.clientSecret of the NebulaCluster {backup.Cluster}, or bring the files by spec.env and spec.volumeMounts.";

    static void ClearInvalid(BackupFacts facts, StatusDraft draft)
    {
        if (Condition.IsTrue(facts.Backup.At("status", "conditions"), "Invalid")) draft.Condition("Invalid", false, Reasons.Valid, "The spec can be carried out");
    }
}
