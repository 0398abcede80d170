using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>Why nothing of a cluster is changed: carrying the spec out would do harm, or cannot be done.</summary>
sealed record Hold(string Reason, string Message)
{
    public const string InvalidSpec = "InvalidSpec";
    public const string TlsMisconfigured = "TLSMisconfigured";
    public const string TlsSwitch = "TLSSwitchNeedsSuspend";

    public static Hold? Of(ClusterFacts facts, ClusterObject cluster)
    {
        if (RestoreGate.HoldOf(facts) is { } gone) return gone;
        if (cluster.Tls.Problem is { } tls) return new Hold(TlsMisconfigured, tls);
        var problems = ClusterRules.Problems(cluster);
        if (problems.Count > 0) return new Hold(InvalidSpec, string.Join(' ', problems));
        return cluster.IsSuspended ? null : Frozen(facts, cluster) ?? Switch(facts, cluster);
    }

    static Hold? Frozen(ClusterFacts facts, ClusterObject cluster)
    {
        var frozen = cluster.Components.Select(component => facts.Owned.StatefulSet(component) is { } set ? ClusterRules.Frozen(component, set) : null).OfType<string>().ToList();
        return frozen.Count == 0 ? null : new Hold(InvalidSpec, string.Join(' ', frozen));
    }

    /// <summary>A daemon with TLS and one without cannot talk, so pods that change one by one would tear the cluster apart.</summary>
    static Hold? Switch(ClusterFacts facts, ClusterObject cluster)
    {
        var running = cluster.Components.Select(component => facts.Owned.StatefulSet(component)?.Annotation(Annotations.Tls)).FirstOrDefault(mode => mode is not null && mode != cluster.Tls.Mode);
        return running is null ? null : new Hold(TlsSwitch, $"The daemons run with TLS for {running}, and the spec wants it for {cluster.Tls.Mode}. They cannot be changed one by one, because the one kind does not talk to the other: set spec.suspend to true, wait until the phase is Suspend, and set it to false again. Data is kept.");
    }
}
