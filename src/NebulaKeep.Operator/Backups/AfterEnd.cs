using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups;

/// <summary>What is left to do once a backup is complete or has failed. Nothing here can change how it ended.</summary>
static class AfterEnd
{
    public static BackupAction Decide(BackupFacts facts, BackupObject backup)
    {
        if (backup.Status.ClusterLock is not null)
        {
            // Written down only after it was given back, so that a restart in between gives it back again.
            if (facts.Lock is not { } held) return new BackupAction.Ask(BackupFact.Lock);
            return held.IsOurs ? new BackupAction.ReleaseLock() : BackupMachine.Write(new StatusDraft(facts.Backup, facts.Now).Set("clusterLock", null))!;
        }
        return OfJob(facts, backup) ?? (BackupAction?)OfFinalizer(facts, backup) ?? new BackupAction.Idle();
    }

    static BackupAction? OfJob(BackupFacts facts, BackupObject backup)
    {
        if (facts.Job is not { } item || !backup.Owns(item)) return null;
        var job = new JobState(item);
        if (job.IsDeleting) return null;
        if (backup.Spec.AutoRemoveFinished == true) return new BackupAction.DeleteJob(job.Key, job.Uid, Propagation.Background);
        // br has ended and its sidecars have not: the Job would run for ever.
        return !job.IsFinished && !job.IsStopped && PodState.Latest(facts.Pods) is { HasRunningSidecars: true } ? new BackupAction.StopJob(job.Key) : null;
    }

    static BackupAction.PatchObject? OfFinalizer(BackupFacts facts, BackupObject backup)
    {
        var patch = backup.Spec.CleanBackupData == true
            ? Finalizers.PatchToAdd(facts.Backup, Labels.BackupCleanup)
            : Finalizers.PatchToRemove(facts.Backup, Labels.BackupCleanup);
        return patch is null ? null : new BackupAction.PatchObject(patch);
    }
}
