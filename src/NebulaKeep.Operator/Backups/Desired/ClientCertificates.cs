using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Backups.Desired;

/// <summary>
/// The client certificate that br shows. A user who names the files in the environment brings them; otherwise the cluster's
/// <c>sslCerts</c> Secrets are mounted as one directory, so that a renewed certificate reaches the files (a subPath mount never changes).
/// Agents demand it also where the daemons use no TLS; upstream's br shows one to daemons only. This is decided for each backup; nothing of
/// the operator's own process matters.
/// </summary>
static class ClientCertificates
{
    public const string Folder = "/usr/local/certs";
    const string Volume = "client-certs";
    static readonly string[] Variables = ["CA_CERT_PATH", "CLIENT_CERT_PATH", "CLIENT_KEY_PATH"];

    /// <summary>Secrets that the mount needs; empty when nothing is mounted.</summary>
    public static IReadOnlyList<SecretNeed> Secrets(BackupObject backup, ClusterView cluster)
    {
        if (!AreMounted(backup, cluster)) return [];
        var certs = cluster.Certificates;
        var client = new SecretNeed(certs.ClientSecret!, [certs.ClientCert ?? "tls.crt", certs.ClientKey ?? "tls.key"], "the client certificate (spec.sslCerts.clientSecret of the cluster)");
        return certs.CaSecret is { Length: > 0 } ca ? [client, new SecretNeed(ca, [certs.CaCert ?? "ca.crt"], "the certificate authority (spec.sslCerts.caSecret of the cluster)")] : [client];
    }

    public static JsonObject? VolumeOf(BackupObject backup, ClusterView? cluster)
    {
        if (cluster is null || !AreMounted(backup, cluster)) return null;
        var certs = cluster.Certificates;
        var sources = new JsonArray(Source(certs.ClientSecret!, (certs.ClientCert ?? "tls.crt", "client.crt"), (certs.ClientKey ?? "tls.key", "client.key")));
        if (certs.CaSecret is { Length: > 0 } ca) sources.Add(Source(ca, (certs.CaCert ?? "ca.crt", "ca.crt")));
        return new JsonObject { ["name"] = Volume, ["projected"] = new JsonObject { ["sources"] = sources } };
    }

    public static JsonObject Mount() => new() { ["name"] = Volume, ["mountPath"] = Folder, ["readOnly"] = true };

    /// <summary>br gets none, as far as the specs tell: agents will refuse it, unless its image brings one.</summary>
    public static bool AreMissing(BackupObject backup, ClusterView cluster) =>
        !backup.UsesUpstreamBr && !AreMounted(backup, cluster) && !AreTheUsers(backup);

    static bool AreMounted(BackupObject backup, ClusterView cluster) =>
        (cluster.Tls.IsOn || !backup.UsesUpstreamBr)
        && cluster.Certificates.ClientSecret is { Length: > 0 }
        && !AreTheUsers(backup);

    static bool AreTheUsers(BackupObject backup) =>
        (backup.Spec.Env ?? []).Any(variable => Variables.Contains(variable.Text("name"), StringComparer.Ordinal))
        || (backup.Spec.VolumeMounts ?? []).Any(mount => mount.Text("mountPath")?.TrimEnd('/') == Folder);

    static JsonObject Source(string secret, params (string Key, string Path)[] items) => new()
    {
        ["secret"] = new JsonObject
        {
            ["name"] = secret,
            ["items"] = new JsonArray([.. items.Select(item => new JsonObject { ["key"] = item.Key, ["path"] = item.Path })]),
        },
    };
}
