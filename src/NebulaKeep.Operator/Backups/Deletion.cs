using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups;

/// <summary>
/// A NebulaBackup that is being deleted: a Job that runs is cancelled and waited for, then data is removed where that is wanted, then the
/// finalizer goes. No part of it can hold the object longer than the policy's time.
/// </summary>
static class Deletion
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    public static BackupAction Decide(BackupFacts facts, BackupObject backup)
    {
        if (!Finalizers.Has(facts.Backup, Labels.BackupCleanup)) return new BackupAction.Idle();
        return OfJob(facts, backup)
            // A cancelled backup may have left a checkpoint, in whose presence no other one can be made.
            ?? (backup.IsCancelled ? null : OfLock(facts))
            ?? (WantsCleaning(facts, backup) ? Cleaning.Decide(facts, backup) : null)
            ?? OfLock(facts)
            ?? new BackupAction.PatchObject(Finalizers.PatchToRemove(facts.Backup, Labels.BackupCleanup)!);
    }

    /// <summary>How long the deletion may still take.</summary>
    public static TimeSpan TimeLeft(BackupFacts facts) =>
        (facts.Backup.Time("metadata", "deletionTimestamp") ?? facts.Now) + facts.Policy.CleanTimeout - facts.Now;

    static BackupAction? OfJob(BackupFacts facts, BackupObject backup)
    {
        if (facts.Job is not { } item || !backup.Owns(item)) return null;
        var job = new JobState(item);
        if (!backup.IsFinished)
        {
            if (!job.IsFinished) return Cancel(facts, backup, job);
            // It ended before anybody saw it: first written down as ever, with its name, which the cleaning needs.
            return backup.IsStarted ? WhileRunning.Decide(facts, backup) : BeforeStart.Decide(facts, backup);
        }
        // The Job goes when its pod has ended: only then is it safe to remove what br was writing.
        if (!job.IsFinished && !job.IsDeleting) return new BackupAction.DeleteJob(job.Key, job.Uid, Propagation.Foreground);
        return job.IsDeleting && TimeLeft(facts) > TimeSpan.Zero ? new BackupAction.Idle(Poll) : null;
    }

    /// <summary>Written down before the Job is deleted: with the pod goes the log, and with that the name.</summary>
    static BackupAction Cancel(BackupFacts facts, BackupObject backup, JobState job)
    {
        var pod = PodState.Latest(facts.Pods);
        var name = backup.Status.BackupName
            ?? BrReport.Read(pod?.TerminationMessage, backup.Config.BaseBackupName).Name
            ?? BrReport.Read(facts.Log, backup.Config.BaseBackupName).Name;
        if (name is null && facts.Log is null && pod is { HasStarted: true }) return new BackupAction.Ask(BackupFact.Log);
        const string Message = "The NebulaBackup was deleted while it ran: br is told to stop, and what it has written is removed";
        var draft = new StatusDraft(facts.Backup, facts.Now)
            .Condition("Failed", true, Reasons.Cancelled, Message)
            .Condition("Running", false, Reasons.Cancelled, "br is told to stop")
            .Set("phase", "Failed")
            .Set("jobName", job.Key.Name)
            .Set("jobUid", job.Uid)
            .Set("type", backup.Type);
        if (name is not null) draft.Set("backupName", name);
        if (backup.Status.Config is null) draft.Set("config", facts.Backup.At("spec", "config")?.DeepClone());
        return BackupMachine.Write(draft, new UserEvent(false, Reasons.Cancelled, Message))!;
    }

    static bool WantsCleaning(BackupFacts facts, BackupObject backup) =>
        backup.Status.BackupName is not null
        && facts.Backup.Annotation(Annotations.SkipClean) != "true"
        && (backup.Spec.CleanBackupData == true || backup.IsCancelled);

    static BackupAction? OfLock(BackupFacts facts) =>
        facts.Lock is not { } held ? new BackupAction.Ask(BackupFact.Lock) : held.IsOurs ? new BackupAction.ReleaseLock() : null;
}
