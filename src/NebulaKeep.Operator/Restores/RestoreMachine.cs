using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Restores;

/// <summary>
/// Decides the next thing to do for a NebulaRestore: a pure function of what is stored and of what was asked for. It reads the same
/// whatever happened before, so a restart at any point goes on where the last one stopped.
/// </summary>
static class RestoreMachine
{
    public static RestoreAction Decide(RestoreFacts facts)
    {
        RestoreObject restore;
        try
        {
            restore = new RestoreObject(facts.Restore);
        }
        catch (NebulaKeepException unreadable)
        {
            return facts.Restore.IsDeleting() && Finalizers.PatchToRemove(facts.Restore, Labels.RestoreCleanup) is { } patch ? new RestoreAction.PatchObject(patch) : Invalid(facts, unreadable.Message);
        }
        if (facts.Restore.IsDeleting()) return RestoreDeparture.Decide(facts, restore);
        if (restore.IsComplete) return Finalizers.PatchToRemove(facts.Restore, Labels.RestoreCleanup) is { } released ? new RestoreAction.PatchObject(released) : new RestoreAction.Idle();
        if (restore.IsFailed) return restore.Spec.AutoRemoveFailed == true ? RestoreDeparture.RemoveCluster(facts, restore) ?? new RestoreAction.Idle() : new RestoreAction.Idle();
        return restore.IsStarted ? RestoreProgress.Decide(facts, restore) : RestoreStart.Decide(facts, restore);
    }

    /// <summary>Says that the spec cannot be carried out. Nothing is made; an edit is looked at again.</summary>
    public static RestoreAction Invalid(RestoreFacts facts, string message)
    {
        var draft = new StatusDraft(facts.Restore, facts.Now)
            .Condition("Invalid", true, RestoreReasons.InvalidSpec, message)
            .Condition("Running", false, RestoreReasons.InvalidSpec, "Not started, because the spec is invalid")
            .Set("phase", "Invalid");
        return Write(draft, new UserEvent(true, RestoreReasons.InvalidSpec, message)) ?? new RestoreAction.Idle();
    }

    /// <summary>Ends it. Trying again could not help.</summary>
    public static RestoreAction Fail(RestoreFacts facts, string reason, string message)
    {
        var draft = new StatusDraft(facts.Restore, facts.Now)
            .Condition("Failed", true, reason, message)
            .Condition("Running", false, reason, "The restore has failed")
            .Set("phase", "Failed");
        return Write(draft, new UserEvent(true, reason, message)) ?? new RestoreAction.Idle();
    }

    /// <summary>Says what is waited for, and looks again after a while; tells it once, when it begins.</summary>
    public static RestoreAction Wait(RestoreFacts facts, bool isRunning, string reason, string message, bool isWarning, TimeSpan again)
    {
        var draft = new StatusDraft(facts.Restore, facts.Now).Condition("Running", isRunning, reason, message);
        if (!isRunning) draft.Set("phase", "Pending");
        if (Condition.IsTrue(facts.Restore.At("status", "conditions"), "Invalid")) draft.Condition("Invalid", false, "Valid", "The spec can be carried out");
        var isNews = Condition.Find(facts.Restore.At("status", "conditions"), "Running")?.Text("reason") != reason;
        return Write(draft, isNews ? new UserEvent(isWarning, reason, message) : null) ?? new RestoreAction.Idle(again);
    }

    /// <summary>The write of a draft, or null when it changes nothing.</summary>
    public static RestoreAction? Write(StatusDraft draft, UserEvent? happened = null) =>
        draft.ToPatch() is { } patch ? new RestoreAction.WriteStatus(patch, happened) : null;
}
