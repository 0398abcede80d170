using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Clusters.Desired;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>What users should know and what does not keep the cluster from working. A condition appears when it has something to say, and is then kept true or false.</summary>
static class SideConditions
{
    public const string MutualTls = "MutualTLS";
    public const string MetaReachable = "MetaReachable";
    public const string VolumesSized = "VolumesSized";
    public const string FieldsIgnored = "FieldsIgnored";
    public const string AgentCertificate = "AgentCertificate";

    public static void Set(StatusDraft draft, ClusterFacts facts, ClusterObject cluster, Hold? hold)
    {
        SetTrouble(draft, cluster, Hold.TlsMisconfigured, hold?.Reason is Hold.TlsMisconfigured or Hold.TlsSwitch ? (hold.Reason, hold.Message) : null, "TLS is set alike in all services");
        SetTrouble(draft, cluster, "Invalid", hold?.Reason is Hold.InvalidSpec ? (hold.Reason, hold.Message) : null, "The spec can be carried out");
        var ignored = IgnoredFields.Of(cluster).ToList();
        SetTrouble(draft, cluster, FieldsIgnored, ignored.Count > 0 ? ("NotSupported", $"Accepted and not acted upon: {string.Join(", ", ignored)}") : null, "All fields are acted upon");
        SetGood(draft, cluster, AgentCertificate, Uncertified(cluster) is { } none ? ("NoCertificate", none) : null, "The agents are given a certificate");
        SetGood(draft, cluster, VolumesSized, VolumePlan.Problem(facts, cluster), "All volumes are as big as the spec says");
        if (facts.Meta is not null || facts.MetaProblem is not null)
            SetGood(draft, cluster, MetaReachable, facts.MetaProblem is { } problem ? ("NoAnswer", problem) : null, "The meta service answers");
        if (facts.Meta?.AcceptsStrangers is { } accepts)
            draft.Condition(MutualTls, !accepts, accepts ? "ClientsNotVerified" : "ClientsVerified", accepts
                ? "metad lets in clients that show no certificate: its connections are encrypted, and anybody who reaches the port may use them. Daemons of the community edition verify no clients."
                : "metad refuses clients that show no certificate");
    }

    /// <summary>With TLS this is a wrong spec (<see cref="ClusterRules"/>). Without, it is none: the agent's image may bring a certificate, and upstream's needs none.</summary>
    static string? Uncertified(ClusterObject cluster) =>
        !cluster.HasAgents || cluster.Certificates.ClientSecret is { Length: > 0 } || AgentCertificates.AreTheUsers(cluster.Spec.Agent ?? new()) ? null
        : "The agents are given no certificate, and serve mutual TLS only, also where the daemons use no TLS: name a Secret in spec.sslCerts.clientSecret, or mount one by spec.agent.volumeMounts and name its files in spec.agent.env. Upstream's agent needs none, and does what whoever reaches it asks for.";

    /// <summary>True means trouble.</summary>
    static void SetTrouble(StatusDraft draft, ClusterObject cluster, string type, (string Reason, string Message)? trouble, string otherwise)
    {
        if (trouble is { } known) draft.Condition(type, true, known.Reason, known.Message);
        else if (Condition.Find(cluster.Conditions, type) is not null) draft.Condition(type, false, "NoProblem", otherwise);
    }

    /// <summary>False means trouble.</summary>
    static void SetGood(StatusDraft draft, ClusterObject cluster, string type, (string Reason, string Message)? trouble, string otherwise)
    {
        if (trouble is { } known) draft.Condition(type, false, known.Reason, known.Message);
        else if (Condition.Find(cluster.Conditions, type) is not null) draft.Condition(type, true, "AsWanted", otherwise);
    }
}
