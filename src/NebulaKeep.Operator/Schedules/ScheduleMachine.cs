using System.Text.Json.Nodes;
using NebulaKeep.Core;
using NebulaKeep.Core.Schedules;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources.Backups;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Schedules;

/// <summary>Decides the next thing to do for a NebulaCronBackup: a pure function of what is stored and the time.</summary>
static class ScheduleMachine
{
    static readonly TimeSpan Poll = TimeSpan.FromMinutes(1);

    public static ScheduleAction Decide(ScheduleFacts facts)
    {
        // What becomes of its backups is settled by their owner references.
        if (facts.Schedule.IsDeleting()) return new ScheduleAction.Idle();
        NebulaCronBackup read;
        CronSchedule times;
        TimeSpan? longest;
        try
        {
            read = ResourceJson.Read<NebulaCronBackup>(facts.Schedule);
            times = CronSchedule.Parse(read.Spec.Schedule, read.Spec.TimeZone);
            longest = read.Spec.MaxReservedTime is { } text ? GoDuration.Parse(text) : null;
        }
        catch (Exception wrong) when (wrong is FormatException or NebulaKeepException)
        {
            return Invalid(facts, wrong.Message);
        }
        return Owner(facts, read.Spec)
            ?? Expired(facts, read.Spec, longest)
            ?? Due(facts, read, times)
            ?? Settled(facts, read, times, longest);
    }

    static ScheduleAction Invalid(ScheduleFacts facts, string message)
    {
        var draft = new StatusDraft(facts.Schedule, facts.Now)
            .Condition("Invalid", true, "InvalidSpec", message)
            .Condition("Scheduled", false, "InvalidSpec", "No backup is made, because the spec is invalid")
            .Set("nextScheduleTime", null);
        return (ScheduleAction?)Write(draft, new UserEvent(true, "InvalidSpec", message)) ?? new ScheduleAction.Idle();
    }

    static ScheduleAction.PatchBackup? Owner(ScheduleFacts facts, NebulaCronBackupSpec spec) => facts.Own
        .Where(backup => !backup.IsDeleting())
        .Select(backup => ScheduledBackup.PatchOwner(backup, facts.Schedule, IsOwner(spec)) is { } patch ? new ScheduleAction.PatchBackup(backup.Key(), patch) : null)
        .FirstOrDefault(action => action is not null);

    static ScheduleAction.DeleteBackups? Expired(ScheduleFacts facts, NebulaCronBackupSpec spec, TimeSpan? longest)
    {
        var unwanted = Retention.ToDelete(facts.Own, facts.All, longest, spec.MaxReservedBackups, facts.Now);
        return unwanted.Count == 0 ? null : new ScheduleAction.DeleteBackups([.. unwanted.Select(backup => (backup.Key(), backup.Uid()))]);
    }

    static ScheduleAction? Due(ScheduleFacts facts, NebulaCronBackup read, CronSchedule times)
    {
        if (read.Spec.Pause == true || LastTime(facts, times) is not { } due || IsTooLate(read.Spec, due, facts.Now)) return null;
        var name = ScheduledBackup.Name(facts.Schedule.Key().Name, due);
        if (facts.Own.Any(backup => backup.Key().Name == name)) return Made(facts, name, due);
        if (Unfinished(facts) is { } running)
        {
            if (read.Spec.ConcurrencyPolicy == "Skip") return Skipped(facts, running, due);
            if (read.Spec.ConcurrencyPolicy != "Allow") return null;
        }
        return new ScheduleAction.CreateBackup(ScheduledBackup.Make(facts.Schedule, due, IsOwner(read.Spec)));
    }

    static ScheduleAction.WriteStatus? Made(ScheduleFacts facts, string name, DateTimeOffset due) => Write(
        new StatusDraft(facts.Schedule, facts.Now).Set("lastBackup", name).Set("lastScheduleTime", due.ToKubernetesTime()),
        new UserEvent(false, "BackupCreated", $"Created the NebulaBackup {name}"));

    static ScheduleAction.WriteStatus? Skipped(ScheduleFacts facts, JsonObject running, DateTimeOffset due) => Write(
        new StatusDraft(facts.Schedule, facts.Now).Set("lastScheduleTime", due.ToKubernetesTime()),
        new UserEvent(false, "BackupSkipped", $"Let {due.ToKubernetesTime()} pass, because {running.Key().Name} has not ended"));

    /// <summary>Says how things stand, and when to look again.</summary>
    static ScheduleAction Settled(ScheduleFacts facts, NebulaCronBackup read, CronSchedule times, TimeSpan? longest)
    {
        var next = read.Spec.Pause == true ? null : times.Next(facts.Now, Anchor(facts));
        var (isScheduled, reason, message) = State(facts, read, times, next);
        var draft = new StatusDraft(facts.Schedule, facts.Now)
            .Condition("Scheduled", isScheduled, reason, message)
            .Set("nextScheduleTime", next?.ToKubernetesTime());
        if (Condition.IsTrue(facts.Schedule.At("status", "conditions"), "Invalid")) draft.Condition("Invalid", false, "Valid", "The spec can be carried out");
        if (LastSuccess(facts) is { } success && !(read.Status?.LastSuccessfulTime >= success)) draft.Set("lastSuccessfulTime", success.ToKubernetesTime());
        var isNews = Condition.Find(facts.Schedule.At("status", "conditions"), "Scheduled")?.Text("reason") != reason;
        if (Write(draft, isNews ? new UserEvent(reason == "Missed", reason, message) : null) is { } write) return write;
        return new ScheduleAction.Idle(Earliest(facts.Now, next, Retention.NextExpiry(facts.Own, longest, facts.Now), reason == "WaitingForBackup" ? facts.Now + Poll : null));
    }

    static (bool IsScheduled, string Reason, string Message) State(ScheduleFacts facts, NebulaCronBackup read, CronSchedule times, DateTimeOffset? next)
    {
        if (read.Spec.Pause == true) return (false, "Paused", "spec.pause is on: no backup is made; old ones are still deleted");
        if (LastTime(facts, times) is not { } due) return (true, "Scheduled", "The next backup is made at its time");
        if (IsTooLate(read.Spec, due, facts.Now)) return (true, "Missed", $"The backup of {due.ToKubernetesTime()} was missed by more than {read.Spec.StartingDeadlineSeconds} s and is let pass");
        return (true, "WaitingForBackup", $"The backup of {due.ToKubernetesTime()} waits for {Unfinished(facts)?.Key().Name} to end");
    }

    /// <summary>The latest time that no backup was made for; of several that were missed only this one counts.</summary>
    static DateTimeOffset? LastTime(ScheduleFacts facts, CronSchedule times) =>
        times.Latest(Anchor(facts), facts.Now);

    /// <summary>The last time that was dealt with, or the beginning.</summary>
    static DateTimeOffset Anchor(ScheduleFacts facts) => facts.Schedule.Time("status", "lastScheduleTime") ?? facts.Schedule.Created() ?? facts.Now;

    static bool IsTooLate(NebulaCronBackupSpec spec, DateTimeOffset due, DateTimeOffset now) =>
        spec.StartingDeadlineSeconds is { } seconds && now - due > TimeSpan.FromSeconds(seconds);

    static bool IsOwner(NebulaCronBackupSpec spec) => spec.DeletionPolicy == "Delete";

    static JsonObject? Unfinished(ScheduleFacts facts) => facts.Own.FirstOrDefault(backup => !Retention.IsOver(backup));

    static DateTimeOffset? LastSuccess(ScheduleFacts facts) => facts.Own
        .Where(backup => backup.Text("status", "phase") == "Complete").Select(backup => backup.Time("status", "timeCompleted")).Max();

    static TimeSpan? Earliest(DateTimeOffset now, params DateTimeOffset?[] times)
    {
        var first = times.Min();
        // A moment later than the time itself: timers may be early, and then nothing would be due.
        return first is null ? null : first.Value - now + TimeSpan.FromMilliseconds(100);
    }

    static ScheduleAction.WriteStatus? Write(StatusDraft draft, UserEvent? happened = null) =>
        draft.ToPatch() is { } patch ? new ScheduleAction.WriteStatus(patch, happened) : null;
}
