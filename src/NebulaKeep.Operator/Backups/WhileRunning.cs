using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources.Backups;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups;

/// <summary>From the recorded Job to its end. The Job decides how it ended; br says what came of it.</summary>
static class WhileRunning
{
    public static BackupAction Decide(BackupFacts facts, BackupObject backup)
    {
        if (facts.Job is null || facts.Job.Uid() != backup.Status.JobUid)
            return Failed(facts, null, Reasons.JobDeleted, $"The Job {backup.Job.Name} was deleted while the backup ran. br cleans up after itself when it is told to stop; create a new NebulaBackup for another try.");
        var (job, pod) = (new JobState(facts.Job), PodState.Latest(facts.Pods));
        var said = BrReport.Read(pod?.TerminationMessage, backup.Config.BaseBackupName);
        var name = said.Name ?? backup.Status.BackupName ?? BrReport.Read(facts.Log, backup.Config.BaseBackupName).Name;
        if (name is null && facts.Log is null && pod is { HasStarted: true }) return new BackupAction.Ask(BackupFact.Log);
        // Sidecars that run on keep the Job from completing; br's own end is what counts.
        if (job.IsComplete || pod is { HasSucceeded: true, HasRunningSidecars: true }) return Ended(facts, job, pod, said with { Name = name });
        if (job.IsFailed || pod is { HasFailed: true, HasRunningSidecars: true }) return Failed(facts, name, FailureOf(facts, job, pod, said));
        return Going(facts, backup, job, pod, name);
    }

    static BackupAction Going(BackupFacts facts, BackupObject backup, JobState job, PodState? pod, string? name)
    {
        if (DueForProgress(facts, backup, pod)) return new BackupAction.Ask(BackupFact.LogEnd);
        // Told by itself: whatever else is news comes with the next write.
        if (name is not null && backup.Status.BackupName is null)
            return BackupMachine.Write(new StatusDraft(facts.Backup, facts.Now).Set("phase", "Running").Set("backupName", name), new UserEvent(false, "Named", $"The backup's name is {name}"))!;
        var trouble = pod?.Trouble;
        var draft = new StatusDraft(facts.Backup, facts.Now)
            .Set("phase", "Running")
            .Condition("Running", true, trouble?.Reason ?? Reasons.JobCreated, trouble?.Message ?? $"The Job {job.Key.Name} makes the backup");
        SetProgress(facts, draft);
        SayWhatAnEditDoes(facts, backup, draft);
        var isNews = trouble is not null && Condition.Find(facts.Backup.At("status", "conditions"), "Running")?.Text("reason") != trouble.Value.Reason;
        var happened = isNews ? new UserEvent(true, trouble!.Value.Reason, trouble.Value.Message) : null;
        return BackupMachine.Write(draft, happened) ?? new BackupAction.Idle(facts.Policy.ProgressPeriod);
    }

    static bool DueForProgress(BackupFacts facts, BackupObject backup, PodState? pod) =>
        pod is { HasStarted: true } && facts.LogEnd is null
        && !(facts.Now - backup.Status.Progress?.LastUpdateTime < facts.Policy.ProgressPeriod);

    static void SetProgress(BackupFacts facts, StatusDraft draft)
    {
        var seen = BrReport.Read(facts.LogEnd, null);
        var old = facts.Backup.At("status", "progress");
        if (seen.Bytes is null || (old.Number("bytes") == seen.Bytes && old.Number("files") == seen.Files)) return;
        draft.Set("progress", Progress(seen, facts.Now));
    }

    static JsonObject Progress(BrReport report, DateTimeOffset now) => ResourceJson.Write(new BackupProgress
    {
        Files = report.Files,
        TotalFiles = report.TotalFiles,
        Bytes = report.Bytes,
        TotalBytes = report.TotalBytes,
        LastUpdateTime = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero),
    });

    static void SayWhatAnEditDoes(BackupFacts facts, BackupObject backup, StatusDraft draft)
    {
        var isChanged = !JsonNode.DeepEquals(facts.Backup.At("spec", "config"), facts.Backup.At("status", "config"));
        if (isChanged) draft.Condition("Invalid", true, Reasons.SpecChanged, "spec.config was changed after the start: the backup goes on as it was started, and the change has no effect");
        else if (Condition.IsTrue(backup.Conditions, "Invalid")) draft.Condition("Invalid", false, Reasons.Valid, "The spec is as it was at the start");
    }

    static BackupAction Ended(BackupFacts facts, JobState job, PodState? pod, BrReport report)
    {
        if (report.Name is null)
            return Failed(facts, null, Reasons.NameUnknown, "br ended well, but neither its termination message nor its log named the backup. 'br-ent show' lists what is in the store.");
        var draft = new StatusDraft(facts.Backup, facts.Now)
            .Condition("Complete", true, Reasons.BackupComplete, $"The backup {report.Name} is in the store")
            .Condition("Running", false, Reasons.BackupComplete, "br has ended")
            .Set("phase", "Complete")
            .Set("backupName", report.Name)
            .Set("timeCompleted", (job.Completed ?? pod?.EndedAt ?? facts.Now).ToKubernetesTime());
        if (report.Bytes is not null) draft.Set("progress", Progress(report, facts.Now));
        if (report.WriteBlockedMilliseconds is { } blocked) draft.Set("writeBlockedMilliseconds", blocked);
        return BackupMachine.Write(draft, new UserEvent(false, Reasons.BackupComplete, $"The backup {report.Name} is in the store")) ?? new BackupAction.Idle();
    }

    static (string Reason, string Message) FailureOf(BackupFacts facts, JobState job, PodState? pod, BrReport report) =>
        job.FailureReason == Reasons.DeadlineExceeded ? (Reasons.DeadlineExceeded, $"The backup took longer than its deadline ({facts.Job.At("spec", "activeDeadlineSeconds")} s, spec.activeDeadlineSeconds) and was stopped")
        : report.Failure is { } said ? (Reasons.BackupFailed, said)
        : pod?.Failure ?? (Reasons.BackupFailed, $"The Job failed: {job.FailureReason} {job.FailureMessage}".TrimEnd());

    static BackupAction Failed(BackupFacts facts, string? name, (string Reason, string Message) why) => Failed(facts, name, why.Reason, why.Message);

    static BackupAction Failed(BackupFacts facts, string? name, string reason, string message)
    {
        var draft = new StatusDraft(facts.Backup, facts.Now)
            .Condition("Failed", true, reason, message)
            .Condition("Running", false, reason, "br has ended")
            .Set("phase", "Failed");
        if (name is not null) draft.Set("backupName", name);
        return BackupMachine.Write(draft, new UserEvent(true, reason, message)) ?? new BackupAction.Idle();
    }
}
