using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources.Clusters;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>
/// The backup agent beside every daemon, also beside graphd: metad lists a cluster only if each host has one. It bears its daemon's host
/// name, which is how metad knows that they belong together (spec/operator-cluster.md §2.6).
/// </summary>
static class AgentContainer
{
    public const string Name = "ng-agent";

    /// <summary>Upstream's, which knows nothing of ours.</summary>
    public const string StandardImage = "vesoft/nebula-agent";

    const int Port = 8888;

    public static JsonObject Of(ClusterObject cluster, Component component)
    {
        var spec = cluster.Spec.Agent ?? new AgentSpec();
        var agent = new JsonObject { ["name"] = Name, ["image"] = ImageOf(spec) }
            .With("imagePullPolicy", cluster.Spec.ImagePullPolicy);
        agent["command"] = new JsonArray("/usr/local/bin/agent");
        agent["args"] = new JsonArray([.. Arguments(cluster, component, spec).Select(text => JsonValue.Create(text))]);
        agent.WithList("ports", [new JsonObject { ["name"] = "grpc", ["containerPort"] = Port, ["protocol"] = "TCP" }]);
        agent.WithList("env", [MainContainer.PodNameVariable(), .. (spec.Env ?? []).Where(variable => variable.Text("name") != MainContainer.PodName)]);
        agent.With("resources", spec.Resources is null ? null : ResourceJson.Write(spec.Resources));
        agent.WithList("volumeMounts", Mounts(cluster, component, spec));
        return agent.With("securityContext", Security(component.Spec.SecurityContext));
    }

    public static string ImageOf(AgentSpec spec) => $"{(spec.Image is { Length: > 0 } image ? image : StandardImage)}:{spec.Version ?? "latest"}";

    static IEnumerable<string> Arguments(ClusterObject cluster, Component component, AgentSpec spec)
    {
        yield return $"--agent=$({MainContainer.PodName}).{component.HeadlessHost}:{Port}";
        // One name for all metads: upstream's agent takes a single address. Whichever metad answers names the leader.
        yield return $"--meta={cluster.Metad.HeadlessHost}:{cluster.Metad.Port}";
        yield return $"--ratelimit={spec.RateLimit ?? 0}";
        yield return $"--hbs={spec.HeartbeatInterval ?? 60}";
        if (!cluster.Tls.IsOn) yield break;
        yield return "--enable_ssl";
        if (cluster.Certificates.InsecureSkipVerify == true) yield return "--insecure_skip_verify";
        if (cluster.Certificates.ServerName is { Length: > 0 } name) yield return $"--server_name={ArgumentText.Literal(name)}";
    }

    static IEnumerable<JsonObject> Mounts(ClusterObject cluster, Component component, AgentSpec spec)
    {
        foreach (var claim in component.Data) yield return MainContainer.ClaimMount(claim);
        if (AgentCertificates.MountOf(cluster) is { } certificates) yield return certificates;
        foreach (var mount in spec.VolumeMounts ?? []) yield return mount;
    }

    /// <summary>The files that it reads and writes are the daemon's, so it runs as the daemon's user; it needs no rights beyond.</summary>
    public static JsonObject Security(JsonObject? daemon)
    {
        var security = new JsonObject { ["allowPrivilegeEscalation"] = false };
        var user = MainContainer.Security(daemon);
        foreach (var field in new[] { "runAsUser", "runAsGroup", "runAsNonRoot" }) security.With(field, user?[field]);
        return security;
    }
}
