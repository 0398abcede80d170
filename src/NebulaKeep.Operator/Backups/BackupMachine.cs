using NebulaKeep.Core;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups;

/// <summary>
/// Decides the next thing to do for a NebulaBackup: a pure function of what is stored. It reads the same whatever happened before, so a
/// restart at any point goes on where the last one stopped.
/// </summary>
static class BackupMachine
{
    public static BackupAction Decide(BackupFacts facts)
    {
        BackupObject backup;
        try
        {
            backup = new BackupObject(facts.Backup);
        }
        catch (NebulaKeepException unreadable)
        {
            return Invalid(facts, unreadable.Message);
        }
        if (facts.Backup["metadata"]?["deletionTimestamp"] is not null) return Deletion.Decide(facts, backup);
        if (backup.IsFinished) return AfterEnd.Decide(facts, backup);
        if (backup.IsStarted) return WhileRunning.Decide(facts, backup);
        return BeforeStart.Decide(facts, backup);
    }

    /// <summary>Says that the spec cannot be carried out. Nothing is started; an edit is looked at again.</summary>
    public static BackupAction Invalid(BackupFacts facts, string message)
    {
        var draft = new StatusDraft(facts.Backup, facts.Now)
            .Condition("Invalid", true, Reasons.InvalidSpec, message)
            .Condition("Running", false, Reasons.InvalidSpec, "Not started, because the spec is invalid")
            .Set("phase", "Invalid");
        return Write(draft, new UserEvent(true, Reasons.InvalidSpec, message)) ?? new BackupAction.Idle();
    }

    /// <summary>The write of a draft, or null when it changes nothing.</summary>
    public static BackupAction? Write(StatusDraft draft, UserEvent? happened = null) =>
        draft.ToPatch() is { } patch ? new BackupAction.WriteStatus(patch, happened) : null;
}
