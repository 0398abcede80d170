using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Backups.Desired;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups;

/// <summary>
/// Removes a backup's data by Jobs, one after another until one succeeds or the time is over. The cluster need not exist any more; a
/// store that cannot be reached is tried again, and in the end the object goes and says what it leaves behind.
/// </summary>
static class Cleaning
{
    static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(10);

    /// <summary>The next thing to do; null when cleaning is over, either way.</summary>
    public static BackupAction? Decide(BackupFacts facts, BackupObject backup)
    {
        var condition = Condition.Find(backup.Conditions, "Clean");
        if (condition?.Text("status") == "True" || condition?.Text("reason") == Reasons.CleanAbandoned) return null;
        if (facts.CannotCreate) return Abandon(facts, backup, "its namespace is being deleted, so that no Job can be made there");
        if (Deletion.TimeLeft(facts) <= TimeSpan.Zero) return Abandon(facts, backup, condition?.Text("message") ?? "there was no time left");
        if (facts.CleanJob is not { } item) return Begin(facts, backup, condition?.Text("reason"));
        var job = new JobState(item);
        if (!backup.Owns(item) || job.IsDeleting) return Idle(facts, TimeSpan.FromSeconds(5));
        var pod = PodState.Latest(facts.CleanPods);
        var said = BrReport.Read(pod?.TerminationMessage, null);
        if (job.IsComplete || (job.IsFailed && said.NothingToClean)) return Done(facts, backup);
        return job.IsFailed ? Failed(facts, backup, job, pod, said) : Waiting(facts, pod);
    }

    static BackupAction Begin(BackupFacts facts, BackupObject backup, string? reason)
    {
        var draft = new StatusDraft(facts.Backup, facts.Now)
            .Condition("Clean", false, Reasons.Cleaning, $"Removing {backup.Status.BackupName} from the store")
            .Set("phase", "Clean");
        if (reason is not Reasons.Cleaning && BackupMachine.Write(draft, new UserEvent(false, Reasons.Cleaning, $"Removing {backup.Status.BackupName} from the store")) is { } write) return write;
        return new BackupAction.CreateJob(BackupJob.Clean(backup, Cluster(facts), facts.Policy));
    }

    static ClusterView? Cluster(BackupFacts facts)
    {
        try
        {
            return facts.Cluster is null ? null : new ClusterView(facts.Cluster);
        }
        catch (NebulaKeepException)
        {
            return null;     // as good as gone: the store can be cleaned without it
        }
    }

    static BackupAction? Done(BackupFacts facts, BackupObject backup) => BackupMachine.Write(
        new StatusDraft(facts.Backup, facts.Now).Condition("Clean", true, Reasons.Cleaned, $"The store no longer holds {backup.Status.BackupName}"),
        new UserEvent(false, Reasons.Cleaned, $"The store no longer holds {backup.Status.BackupName}"));

    /// <summary>Counted before the failed Job is removed, so that a restart in between neither counts twice nor forgets.</summary>
    static BackupAction Failed(BackupFacts facts, BackupObject backup, JobState job, PodState? pod, BrReport said)
    {
        var failures = backup.Status.CleanFailures ?? 0;
        if (backup.Status.CleanFailedJobUid == job.Uid)
        {
            var left = RetryAfter(facts, backup, failures);
            return left > TimeSpan.Zero ? Idle(facts, left) : new BackupAction.DeleteJob(job.Key, job.Uid, Propagation.Background);
        }
        var why = said.Failure ?? pod?.Failure?.Message ?? $"{job.FailureReason} {job.FailureMessage}".Trim();
        var message = $"Removing {backup.Status.BackupName} failed ({failures + 1}), it is tried again: {why}";
        var draft = new StatusDraft(facts.Backup, facts.Now)
            .Set("cleanFailures", failures + 1)
            .Set("cleanFailedJobUid", job.Uid)
            .Condition("Clean", false, Reasons.CleanFailed, message);
        return BackupMachine.Write(draft, new UserEvent(true, Reasons.CleanFailed, message))!;
    }

    static TimeSpan RetryAfter(BackupFacts facts, BackupObject backup, int failures)
    {
        var since = Condition.Find(backup.Conditions, "Clean").Time("lastUpdateTime") ?? facts.Now;
        var delay = TimeSpan.FromTicks((long)Math.Min(LongestRetry.Ticks, facts.Policy.CleanRetry.Ticks * Math.Pow(2, Math.Min(failures - 1, 20))));
        return since + delay - facts.Now;
    }

    static BackupAction Waiting(BackupFacts facts, PodState? pod)
    {
        if (pod?.Trouble is { } trouble && BackupMachine.Write(new StatusDraft(facts.Backup, facts.Now).Condition("Clean", false, trouble.Reason, trouble.Message), new UserEvent(true, trouble.Reason, trouble.Message)) is { } write) return write;
        return Idle(facts, TimeSpan.FromSeconds(30));
    }

    static BackupAction Abandon(BackupFacts facts, BackupObject backup, string why)
    {
        var message = $"{backup.Status.BackupName} stays in the store, because {why}. 'br-ent cleanup --name {backup.Status.BackupName}' removes it.";
        var draft = new StatusDraft(facts.Backup, facts.Now).Condition("Clean", false, Reasons.CleanAbandoned, message);
        return BackupMachine.Write(draft, new UserEvent(true, Reasons.CleanAbandoned, message))!;
    }

    static BackupAction.Idle Idle(BackupFacts facts, TimeSpan wanted)
    {
        var left = Deletion.TimeLeft(facts);
        return new BackupAction.Idle(left < wanted && left > TimeSpan.Zero ? left : wanted);
    }
}
