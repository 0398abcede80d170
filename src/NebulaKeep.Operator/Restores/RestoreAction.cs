using System.Text.Json.Nodes;
using NebulaKeep.Core;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Restores;

/// <summary>The one next thing to do for a NebulaRestore. Each write stands alone: after any of them the next decision is made anew.</summary>
abstract record RestoreAction
{
    /// <summary>Nothing to do; look again after this time, or when something changes.</summary>
    public sealed record Idle(TimeSpan? Again = null) : RestoreAction;

    /// <summary>The decision needs to know more.</summary>
    public sealed record Ask(RestoreFact Fact) : RestoreAction;

    /// <summary>See whether a metad answers before it is told anything: a call that certainly does not arrive uses no tables up.</summary>
    public sealed record Greet(int Ordinal) : RestoreAction;

    /// <summary>A merge patch of the object itself.</summary>
    public sealed record PatchObject(JsonObject Patch) : RestoreAction;

    /// <summary>A merge patch of its status, and what to tell users once it is written.</summary>
    public sealed record WriteStatus(JsonObject Patch, UserEvent? Event = null) : RestoreAction;

    /// <summary>A merge patch of the status that counts the coming call of a metad.</summary>
    public sealed record Announce(int Ordinal, JsonObject Patch) : RestoreAction;

    /// <summary>Make the new cluster.</summary>
    public sealed record CreateCluster(JsonObject Cluster) : RestoreAction;

    /// <summary>A merge patch of the new cluster.</summary>
    public sealed record PatchCluster(JsonObject Patch) : RestoreAction;

    /// <summary>Delete the new cluster, this very one.</summary>
    public sealed record DeleteCluster(string Uid) : RestoreAction;

    /// <summary>Write down what the new cluster's pods go by.</summary>
    public sealed record ApplyPlan(JsonObject ConfigMap) : RestoreAction;

    /// <summary>Let a metad take in its tables.</summary>
    public sealed record RestoreMeta(int Ordinal, IReadOnlyList<string> Files, IReadOnlyList<(HostAddress From, HostAddress To)> Hosts) : RestoreAction;
}
