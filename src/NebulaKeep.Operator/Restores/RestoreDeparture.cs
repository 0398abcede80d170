using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Restores;

/// <summary>
/// A NebulaRestore that is being deleted, or has failed and shall leave nothing: an unfinished cluster goes with its volumes, which hold nothing
/// that is not in the backup. A finished one stays: it is a cluster like any other.
/// </summary>
static class RestoreDeparture
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    public static RestoreAction Decide(RestoreFacts facts, RestoreObject restore)
    {
        if (!Finalizers.Has(facts.Restore, Labels.RestoreCleanup)) return new RestoreAction.Idle();
        return (restore.IsComplete ? null : RemoveCluster(facts, restore))
            ?? new RestoreAction.PatchObject(Finalizers.PatchToRemove(facts.Restore, Labels.RestoreCleanup)!);
    }

    /// <summary>The next step to take the cluster away; null when there is none of this restore's.</summary>
    public static RestoreAction? RemoveCluster(RestoreFacts facts, RestoreObject restore)
    {
        if (facts.Target is not { } target || !restore.Owns(target)) return null;
        if (target.IsDeleting()) return new RestoreAction.Idle(Poll);
        if (target.At("spec", "enablePVReclaim")?.ToJsonString() != "true") return new RestoreAction.PatchCluster(new JsonObject { ["spec"] = new JsonObject { ["enablePVReclaim"] = true } });
        return new RestoreAction.DeleteCluster(target.Uid());
    }
}
