using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>The services' own certificates, where <c>sslCerts.autoMountServerCerts</c> asks for them; a user who mounts that directory brings them.</summary>
static class ServerCertificates
{
    const string Volume = "server-certs";
    const string Folder = $"{Component.Home}/certs";
    const string ClientAuthority = "client-ca.crt";

    public static bool AreMounted(ClusterObject cluster, Component component) =>
        cluster.Certificates is { AutoMountServerCerts: true, ServerSecret.Length: > 0 }
        && ClusterTls.IsServed(component.Spec)
        && !(component.Spec.VolumeMounts ?? []).Any(mount => mount.Text("mountPath")?.TrimEnd('/') == Folder);

    public static JsonObject? VolumeOf(ClusterObject cluster, Component component) =>
        AreMounted(cluster, component) ? ProjectedSecret.Volume(Volume, Files(cluster)) : null;

    public static JsonObject? MountOf(ClusterObject cluster, Component component) =>
        AreMounted(cluster, component) ? ProjectedSecret.Mount(Volume, Folder) : null;

    /// <summary>Flags that follow from what is mounted.</summary>
    public static IEnumerable<(string Name, string Value)> Flags(ClusterObject cluster, Component component)
    {
        if (AreMounted(cluster, component) && cluster.Certificates.ClientCASecret is { Length: > 0 }) yield return ("ca_client_path", $"certs/{ClientAuthority}");
    }

    static IEnumerable<(string Secret, string Key, string File)> Files(ClusterObject cluster)
    {
        var certs = cluster.Certificates;
        yield return (certs.ServerSecret!, certs.ServerCert ?? "tls.crt", "server.crt");
        yield return (certs.ServerSecret!, certs.ServerKey ?? "tls.key", "server.key");
        yield return (certs.CaSecret is { Length: > 0 } ca ? ca : certs.ServerSecret!, certs.CaCert ?? "ca.crt", "ca.crt");
        if (certs.ClientCASecret is { Length: > 0 } clients) yield return (clients, certs.ClientCACert ?? "ca.crt", ClientAuthority);
    }
}
