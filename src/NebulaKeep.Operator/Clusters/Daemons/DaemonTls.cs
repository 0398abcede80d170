using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Security;

namespace NebulaKeep.Operator.Clusters.Daemons;

/// <summary>
/// The operator's side of TLS with a cluster's daemons: certificates of the Secrets that <c>spec.sslCerts</c> names, else the operator's own
/// files. What was read for a cluster is kept until its Secret changes.
/// </summary>
sealed class DaemonTls(Func<NamespacedName, CancellationToken, Task<JsonObject?>> secrets, TlsFiles? own, TimeProvider time, ILogger log)
{
    readonly ConcurrentDictionary<NamespacedName, (string Version, ClientTls Tls)> known = new();

    /// <summary>With a certificate of ours.</summary>
    /// <exception cref="NebulaKeepException">There is none, or it cannot be used.</exception>
    public async Task<ClientTls> OfAsync(ClusterObject cluster, CancellationToken cancellation)
    {
        if (await PemAsync(cluster, cancellation) is not { } pem) return ClientTls.Open(Rules(cluster, OwnFiles(cluster)), new ClientTlsSettings(), time, log);
        var version = $"{pem.Version}/{cluster.Certificates.ServerName}/{cluster.Certificates.InsecureSkipVerify}";
        if (known.TryGetValue(cluster.Key, out var found) && found.Version == version) return found.Tls;
        var tls = ClientTls.OfPem(Rules(cluster, pem.Names), pem.Ca, pem.Cert, pem.Key, new ClientTlsSettings(), time, log);
        known[cluster.Key] = (version, tls);
        return tls;
    }

    /// <summary>Without a certificate, to see whether that is refused.</summary>
    public async Task<ClientTls> OfStrangerAsync(ClusterObject cluster, CancellationToken cancellation) => await PemAsync(cluster, cancellation) is { } pem
        ? ClientTls.OfPem(Rules(cluster, pem.Names with { CertPath = null, KeyPath = null }), pem.Ca, null, null, new ClientTlsSettings(), time, log)
        : ClientTls.Open(Rules(cluster, OwnFiles(cluster) with { CertPath = null, KeyPath = null }), new ClientTlsSettings(), time, log);

    static TlsFiles Rules(ClusterObject cluster, TlsFiles files) => files with
    {
        ServerName = cluster.Certificates.ServerName is { Length: > 0 } name ? name : null,
        InsecureSkipVerify = cluster.Certificates.InsecureSkipVerify == true,
    };

    TlsFiles OwnFiles(ClusterObject cluster) => own ?? throw new NebulaKeepException(
        $"The operator has no certificate for the cluster {cluster.Key}: name a Secret in its spec.sslCerts.clientSecret, or give the operator one by CA_CERT_PATH, CLIENT_CERT_PATH and CLIENT_KEY_PATH.");

    async Task<Pem?> PemAsync(ClusterObject cluster, CancellationToken cancellation)
    {
        var certs = cluster.Certificates;
        if (string.IsNullOrEmpty(certs.ClientSecret)) return null;
        var identity = await ReadAsync(cluster.Key, certs.ClientSecret, "clientSecret", cancellation);
        var authority = certs.CaSecret is { Length: > 0 } name && name != certs.ClientSecret ? await ReadAsync(cluster.Key, name, "caSecret", cancellation) : identity;
        var (certKey, keyKey, caKey) = (certs.ClientCert ?? "tls.crt", certs.ClientKey ?? "tls.key", certs.CaCert ?? "ca.crt");
        return new Pem(
            $"{identity.ResourceVersion()}/{authority.ResourceVersion()}",
            new TlsFiles(Name(authority, caKey), Name(identity, certKey), Name(identity, keyKey)),
            Value(authority, caKey), Value(identity, certKey), Value(identity, keyKey));
    }

    async Task<JsonObject> ReadAsync(NamespacedName cluster, string secret, string field, CancellationToken cancellation) =>
        await secrets(cluster with { Name = secret }, cancellation)
        ?? throw new NebulaKeepException($"There is no Secret {cluster.Namespace}/{secret}, which spec.sslCerts.{field} of the cluster {cluster} names.");

    static string Name(JsonObject secret, string key) => $"Secret {secret.Key()}, key {key}";

    static byte[] Value(JsonObject secret, string key)
    {
        if (secret.Text("data", key) is not { Length: > 0 } text) throw new NebulaKeepException($"{Name(secret, key)}: there is no value.");
        return Convert.FromBase64String(text);
    }

    /// <summary>Certificates as they are in Secrets, and their versions.</summary>
    sealed record Pem(string Version, TlsFiles Names, byte[] Ca, byte[] Cert, byte[] Key);
}
