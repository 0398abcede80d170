using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources.Clusters;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>A stored NebulaCluster, read.</summary>
sealed class ClusterObject
{
    /// <exception cref="Core.NebulaKeepException">The stored object does not fit its class.</exception>
    public ClusterObject(JsonObject json, string domain)
    {
        Json = json;
        var read = ResourceJson.Read<NebulaCluster>(json);
        (Spec, Status) = (read.Spec, read.Status ?? new NebulaClusterStatus());
        Tls = ClusterTls.Of(Spec);
        Metad = new Component(Key, domain, "metad", Spec.Metad, 9559);
        Storaged = new Component(Key, domain, "storaged", Spec.Storaged, 9779);
        Graphd = new Component(Key, domain, "graphd", Spec.Graphd, 9669);
    }

    public JsonObject Json { get; }

    public NamespacedName Key => Json.Key();

    public NebulaClusterSpec Spec { get; }

    public NebulaClusterStatus Status { get; }

    public ClusterTls Tls { get; }

    public SslCertsSpec Certificates => Spec.SslCerts ?? new SslCertsSpec();

    public Component Metad { get; }

    public Component Storaged { get; }

    public Component Graphd { get; }

    /// <summary>In the order in which they are brought up and changed.</summary>
    public IReadOnlyList<Component> Components => [Metad, Storaged, Graphd];

    /// <summary>The Service for clients.</summary>
    public NamespacedName ClientService => Key with { Name = $"{Key.Name}-graphd-svc" };

    public bool HasAgents => Spec.EnableBR == true;

    public bool IsSuspended => Spec.Suspend == true;

    public bool ReclaimsVolumes => Spec.EnablePVReclaim == true;

    public JsonNode? Conditions => Json.At("status", "conditions");
}
