using System.Globalization;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups.Desired;

/// <summary>The Jobs of a backup, as pure functions of it, its cluster and the policy (spec/operator-backup.md §3.5).</summary>
static class BackupJob
{
    /// <summary>Cleaning is quick or stuck.</summary>
    const int CleanDeadlineSeconds = 600;

    /// <summary>The Job that makes the backup.</summary>
    public static JsonObject Backup(BackupObject backup, ClusterView cluster, BackupPolicy policy)
    {
        List<string> arguments = ["backup", backup.Type, "--meta", Metads(backup, cluster, policy)];
        arguments.AddRange(["--concurrency", (backup.Config.Concurrency ?? 5).ToString(CultureInfo.InvariantCulture)]);
        if (backup.Config.BaseBackupName is { } start) arguments.AddRange(["--base", ArgumentText.Literal(start)]);
        var template = BrPod.Template(backup, cluster, policy, "backup", arguments);
        if (!backup.UsesUpstreamBr) ClusterRecord.AddTo(template, cluster);
        return Job(backup, backup.Job, "backup", Deadline(backup, policy), template);
    }

    /// <summary>The Job that removes its data. Without a cluster that is ready, only the store is cleaned; there is no checkpoint to drop then.</summary>
    public static JsonObject Clean(BackupObject backup, ClusterView? cluster, BackupPolicy policy)
    {
        var ready = cluster is { IsReady: true } ? cluster : null;
        List<string> arguments = ["cleanup", "--name", ArgumentText.Literal(backup.Status.BackupName ?? "")];
        // Whoever deletes the object has decided, also where it is the newest backup. Upstream's br knows no such flag.
        if (!backup.UsesUpstreamBr) arguments.Add("--force");
        if (ready is not null) arguments.AddRange(["--meta", Metads(backup, ready, policy)]);
        else if (backup.UsesUpstreamBr) arguments.AddRange(["--meta", ClusterView.FirstMetad(backup.Cluster, policy.ClusterDomain)]);
        return Job(backup, backup.CleanJob, "clean", CleanDeadlineSeconds, BrPod.Template(backup, ready, policy, "clean", arguments));
    }

    static string Metads(BackupObject backup, ClusterView cluster, BackupPolicy policy)
    {
        var all = cluster.Metads(policy.ClusterDomain);
        return backup.UsesUpstreamBr ? all[0] : string.Join(',', all);
    }

    static long? Deadline(BackupObject backup, BackupPolicy policy) =>
        backup.Spec.ActiveDeadlineSeconds ?? (policy.DefaultDeadline > TimeSpan.Zero ? (long)policy.DefaultDeadline.TotalSeconds : null);

    static JsonObject Job(BackupObject backup, NamespacedName key, string component, long? deadlineSeconds, JsonObject template)
    {
        var job = ObjectFields.New(KnownKinds.Job, key);
        var metadata = job.Metadata();
        metadata["labels"] = BrPod.Labels(backup, component);
        if (Annotations.PassedOn(backup.Json) is { } annotations) metadata["annotations"] = annotations;
        metadata["ownerReferences"] = new JsonArray(OwnerReferences.Controller(backup.Json));
        var spec = new JsonObject { ["parallelism"] = 1, ["completions"] = 1, ["backoffLimit"] = 0 };
        if (deadlineSeconds is { } seconds) spec["activeDeadlineSeconds"] = seconds;
        spec["template"] = template;
        job["spec"] = spec;
        return job;
    }
}
