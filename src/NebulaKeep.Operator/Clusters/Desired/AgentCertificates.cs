using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources.Clusters;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>
/// The agent's certificate. A user who names the files in the agent's environment, or mounts their directory, brings them; otherwise they
/// are those of <c>sslCerts.clientSecret</c> and, for its own port, <c>sslCerts.serverSecret</c>. Nothing of the operator's own process decides.
/// </summary>
static class AgentCertificates
{
    const string Volume = "agent-certs";
    const string Folder = "/usr/local/certs";
    static readonly string[] Variables = ["CA_CERT_PATH", "CLIENT_CERT_PATH", "CLIENT_KEY_PATH"];

    /// <summary>The user brings them.</summary>
    public static bool AreTheUsers(AgentSpec agent) =>
        (agent.Env ?? []).Any(variable => Variables.Contains(variable.Text("name"), StringComparer.Ordinal))
        || (agent.VolumeMounts ?? []).Any(mount => mount.Text("mountPath")?.TrimEnd('/') == Folder);

    public static JsonObject? VolumeOf(ClusterObject cluster) => AreMounted(cluster) ? ProjectedSecret.Volume(Volume, Files(cluster.Certificates)) : null;

    public static JsonObject? MountOf(ClusterObject cluster) => AreMounted(cluster) ? ProjectedSecret.Mount(Volume, Folder) : null;

    static bool AreMounted(ClusterObject cluster) =>
        cluster.HasAgents && cluster.Certificates.ClientSecret is { Length: > 0 } && !AreTheUsers(cluster.Spec.Agent ?? new AgentSpec());

    static IEnumerable<(string Secret, string Key, string File)> Files(SslCertsSpec certs)
    {
        yield return (certs.ClientSecret!, certs.ClientCert ?? "tls.crt", "client.crt");
        yield return (certs.ClientSecret!, certs.ClientKey ?? "tls.key", "client.key");
        if (certs.ServerSecret is { Length: > 0 } server)
        {
            // What the agent shows on its own port; without it, the client certificate must be good for servers, too.
            yield return (server, certs.ServerCert ?? "tls.crt", "server.crt");
            yield return (server, certs.ServerKey ?? "tls.key", "server.key");
        }

        yield return (certs.CaSecret is { Length: > 0 } ca ? ca : certs.ClientSecret!, certs.CaCert ?? "ca.crt", "ca.crt");
    }
}
