using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups;

/// <summary>The one next thing to do for a NebulaBackup. Each write stands alone: after any of them the next decision is made anew.</summary>
abstract record BackupAction
{
    /// <summary>Nothing to do; look again after this time, or when something changes.</summary>
    public sealed record Idle(TimeSpan? Again = null) : BackupAction;

    /// <summary>The decision needs to know more.</summary>
    public sealed record Ask(BackupFact Fact) : BackupAction;

    /// <summary>A merge patch of the object itself.</summary>
    public sealed record PatchObject(JsonObject Patch) : BackupAction;

    /// <summary>A merge patch of its status, and what to tell users once it is written.</summary>
    public sealed record WriteStatus(JsonObject Patch, UserEvent? Event = null) : BackupAction;

    /// <summary>Take the cluster for this backup.</summary>
    public sealed record TakeLock : BackupAction;

    /// <summary>Let the next backup have the cluster.</summary>
    public sealed record ReleaseLock : BackupAction;

    public sealed record CreateJob(JsonObject Job) : BackupAction;

    /// <summary>Delete this very Job.</summary>
    public sealed record DeleteJob(NamespacedName Key, string Uid, Propagation Propagation) : BackupAction;

    /// <summary>End the Job's pods and keep the Job.</summary>
    public sealed record StopJob(NamespacedName Key) : BackupAction;
}
