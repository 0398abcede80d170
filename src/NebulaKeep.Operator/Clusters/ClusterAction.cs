using System.Text.Json.Nodes;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Operator.Clusters.Daemons;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>The one next thing to do for a NebulaCluster. All but idling and asking is done on what was read from the API server, never on the cache.</summary>
abstract record ClusterAction
{
    /// <summary>Nothing to do; look again after this time, or when something changes. With a reason where users may wonder; it is told once.</summary>
    public sealed record Idle(TimeSpan? Again = null, string? Reason = null) : ClusterAction;

    /// <summary>The decision needs the meta service's answer.</summary>
    public sealed record AskMeta(BalanceJob? Job = null) : ClusterAction;

    /// <summary>Server-side apply of a stamped object.</summary>
    public sealed record Apply(JsonObject Item) : ClusterAction;

    /// <summary>Delete this very object.</summary>
    public sealed record Delete(ResourceKind Kind, NamespacedName Key, string Uid, Propagation Propagation = Propagation.Background) : ClusterAction;

    /// <summary>Ask for a bigger volume.</summary>
    public sealed record GrowClaim(NamespacedName Key, string Size) : ClusterAction;

    /// <summary>A merge patch of the NebulaCluster itself.</summary>
    public sealed record PatchObject(JsonObject Patch) : ClusterAction;

    /// <summary>A merge patch of its status, and what to tell users once it is written.</summary>
    public sealed record WriteStatus(JsonObject Patch, UserEvent? Event = null) : ClusterAction;

    /// <summary>Register storageds with the meta service.</summary>
    public sealed record AddHosts(IReadOnlyList<HostAddress> Hosts) : ClusterAction;

    /// <summary>Take storageds out of the meta service.</summary>
    public sealed record DropHosts(IReadOnlyList<HostAddress> Hosts) : ClusterAction;

    /// <summary>Submit a job; its number is written into the status as the last balance job, with the phase that it belongs to.</summary>
    public sealed record Submit(int Space, JobType Type, IReadOnlyList<string> Parameters) : ClusterAction;

    /// <summary>Have leaders spread evenly in these spaces, then write a status. Asking twice does no harm.</summary>
    public sealed record BalanceLeaders(IReadOnlyList<int> Spaces, WriteStatus Status) : ClusterAction;

    /// <summary>Let a failed job go on.</summary>
    public sealed record Recover(BalanceJob Job) : ClusterAction;

    /// <summary>Have a storaged lead nothing.</summary>
    public sealed record MoveLeaders(HostAddress Storaged) : ClusterAction;
}
