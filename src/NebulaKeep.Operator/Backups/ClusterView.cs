using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources.Clusters;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups;

/// <summary>What a backup wants to know of its cluster.</summary>
sealed class ClusterView
{
    const string MetadPort = "9559";
    readonly JsonObject json;
    readonly NebulaCluster read;

    /// <exception cref="NebulaKeepException">The stored object does not fit its class.</exception>
    public ClusterView(JsonObject json)
    {
        this.json = json;
        read = ResourceJson.Read<NebulaCluster>(json);
        Tls = ClusterTls.Of(read.Spec);
    }

    /// <summary>False where the stored object does not fit its class.</summary>
    public static bool TryRead(JsonObject json, [NotNullWhen(true)] out ClusterView? cluster)
    {
        try
        {
            cluster = new ClusterView(json);
            return true;
        }
        catch (NebulaKeepException)
        {
            cluster = null;
            return false;
        }
    }

    public NamespacedName Key => json.Key();

    public ClusterTls Tls { get; }

    /// <summary>The spec as it is stored, as JSON.</summary>
    public string SpecJson => json["spec"]!.ToJsonString();

    public SslCertsSpec Certificates => read.Spec.SslCerts ?? new SslCertsSpec();

    /// <summary>A NebulaRestore makes it: one restore or backup at a time.</summary>
    public bool IsBeingRestored => json.Annotation(Annotations.Restore) is not null;

    public bool HasAgents => read.Spec.EnableBR == true;

    /// <summary>As upstream defines it: the status speaks of the present spec, and Ready is true.</summary>
    public bool IsReady => !json.IsDeleting() && !IsBeingRestored && read.Status?.ObservedGeneration == json.Generation() && Condition.IsTrue(json.At("status", "conditions"), "Ready");

    /// <summary>Why it is not ready, for people.</summary>
    public string WhyNotReady =>
        json.IsDeleting() ? "it is being deleted"
        : IsBeingRestored ? $"the restore {json.Annotation(Annotations.Restore)} of it is not over yet"
        : read.Status?.ObservedGeneration != json.Generation() ? "its last change has not been carried out yet"
        : Condition.Find(json.At("status", "conditions"), "Ready")?.Text("message") is { Length: > 0 } message ? message : "its status does not say that it is ready";

    /// <summary>The cluster's owner has allowed backups from that namespace.</summary>
    public bool Allows(string inNamespace) =>
        json.Annotation(Annotations.BackupNamespaces) is { } list
        && list.Split(',', StringSplitOptions.TrimEntries).Any(one => one == "*" || one == inNamespace);

    /// <summary>Every metad by its stable DNS name.</summary>
    public IReadOnlyList<string> Metads(string domain)
    {
        var port = read.Spec.Metad.Config?.GetValueOrDefault("port") ?? MetadPort;
        return [.. Enumerable.Range(0, read.Spec.Metad.Replicas ?? 1).Select(ordinal => Metad(Key, ordinal, domain, port))];
    }

    /// <summary>The first metad of a cluster that may be gone.</summary>
    public static string FirstMetad(NamespacedName cluster, string domain) => Metad(cluster, 0, domain, MetadPort);

    static string Metad(NamespacedName cluster, int ordinal, string domain, string port) =>
        string.Create(CultureInfo.InvariantCulture, $"{cluster.Name}-metad-{ordinal}.{cluster.Name}-metad-headless.{cluster.Namespace}.svc.{domain}:{port}");
}
