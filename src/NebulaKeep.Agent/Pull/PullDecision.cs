using NebulaKeep.Backup.Restores.Pulls;
using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Pull;

/// <summary>What a volume's state allows.</summary>
enum PullStep
{
    /// <summary>Nothing is fetched: the restore is over, or this host has all.</summary>
    Nothing,

    /// <summary>The volume is empty.</summary>
    Begin,

    /// <summary>An earlier run was interrupted; no daemon has seen the volume.</summary>
    GoOn,
}

/// <summary>Decides whether anything may be fetched into a volume. Pure. A daemon's data is never touched.</summary>
static class PullDecision
{
    /// <param name="plan">The plan.</param>
    /// <param name="mark">The volume's mark.</param>
    /// <param name="found">Something else that lies in one of the data paths; null for nothing.</param>
    /// <exception cref="AgentFailureException">The volume holds data of another origin.</exception>
    public static PullStep Decide(PullPlan plan, PullMark? mark, string? found)
    {
        if (plan.IsComplete) return PullStep.Nothing;
        if (mark is not null && mark.Restore != plan.Restore) throw Foreign($"The volume holds data of another restore (of {mark.Backup})");
        if (mark is { IsDone: true }) return PullStep.Nothing;
        if (mark is not null) return PullStep.GoOn;
        return found is null ? PullStep.Begin : throw Foreign($"The volume holds data already ({found}), which no restore has put there");
    }

    static AgentFailureException Foreign(string what) =>
        new(GrpcStatusCode.FailedPrecondition, $"{what}. A restore writes into empty volumes only: delete the old cluster's claims, or restore under another name.");
}
