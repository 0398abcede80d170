using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Clusters.Desired;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>What the schema cannot check. Nothing of a cluster is changed while one of these says something.</summary>
static partial class ClusterRules
{
    /// <summary>metad forgets an agent that is silent for five minutes.</summary>
    const int LongestHeartbeat = 299;

    /// <summary>What is wrong with the spec, as sentences that name the field and what to do; empty when nothing is.</summary>
    public static IReadOnlyList<string> Problems(ClusterObject cluster)
    {
        List<string> problems = [.. Kind(cluster), .. Agent(cluster), .. Certificates(cluster)];
        foreach (var component in cluster.Components) problems.AddRange([.. Flags(component), .. Ports(component), .. Claims(component), .. Volumes(cluster, component)]);
        return problems;
    }

    /// <summary>What cannot be changed once the StatefulSet is there.</summary>
    public static string? Frozen(Component component, JsonObject set)
    {
        var had = set.Items("spec", "volumeClaimTemplates").Select(claim => claim.Text("metadata", "name")!).ToList();
        var wants = component.Claims.Select(claim => claim.Name).ToList();
        if (!had.Order(StringComparer.Ordinal).SequenceEqual(wants.Order(StringComparer.Ordinal), StringComparer.Ordinal))
            return $"The volumes of {component.Name} are {List(had)} and cannot become {List(wants)}: Kubernetes fixes them when the pods are made. Put the spec back, or back up, make a new cluster, and restore.";
        if (component.IsMetad && set.Number("spec", "replicas") is { } replicas && replicas != component.Replicas)
            return $"spec.metad.replicas cannot change from {replicas} to {component.Replicas}: the meta services keep one raft group. Put it back, or back up, make a new cluster, and restore.";
        return null;
    }

    static IEnumerable<string> Kind(ClusterObject cluster)
    {
        if (cluster.Spec.Reference is { } reference && reference.Name != "statefulsets.apps")
            yield return $"spec.reference.name: {reference.Name} is not supported; use statefulsets.apps, or leave it out.";
        if (cluster.Key.Name.Length > 40) yield return $"metadata.name: {cluster.Key.Name} has more than 40 characters, and the names of its pods would not fit into a label.";
    }

    static IEnumerable<string> Agent(ClusterObject cluster)
    {
        if (cluster.Spec.Agent?.HeartbeatInterval is > LongestHeartbeat and var seconds)
            yield return $"spec.agent.heartbeatInterval: after 300 seconds without a heartbeat the meta service forgets an agent; {seconds} is too long.";
    }

    static IEnumerable<string> Certificates(ClusterObject cluster)
    {
        var certs = cluster.Certificates;
        if (certs.AutoMountServerCerts == true && string.IsNullOrEmpty(certs.ServerSecret))
            yield return "spec.sslCerts.autoMountServerCerts is true, and spec.sslCerts.serverSecret names no Secret to mount.";
        if (cluster is { HasAgents: true, Tls.IsOn: true } && string.IsNullOrEmpty(certs.ClientSecret) && !AgentCertificates.AreTheUsers(cluster.Spec.Agent ?? new()))
            yield return "The agents need a certificate to speak to the meta service over TLS: name a Secret in spec.sslCerts.clientSecret, or mount one by spec.agent.volumeMounts and name its files in spec.agent.env.";
    }

    static IEnumerable<string> Flags(Component component)
    {
        foreach (var (name, value) in component.Spec.Config ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            if (!FlagName().IsMatch(name)) yield return $"spec.{component.Name}.config: '{Shown(name)}' is not the name of a flag.";
            else if (value.Any(char.IsControl)) yield return $"spec.{component.Name}.config.{name}: a value is one line, without control characters.";
        }
    }

    static IEnumerable<string> Ports(Component component)
    {
        foreach (var flag in new[] { "port", "ws_http_port" })
        {
            if (component.Spec.Config?.GetValueOrDefault(flag) is not { } text) continue;
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 2 or > 65535)
                yield return $"spec.{component.Name}.config.{flag}: '{Shown(text)}' is not a port; write a number from 2 to 65535.";
        }
        if (component.Port == component.HttpPort) yield return $"spec.{component.Name}.config: port and ws_http_port are both {component.Port}.";
    }

    static IEnumerable<string> Claims(Component component) =>
        from claim in component.Claims
        where Quantity.Parse(claim.Size) is not > 0
        select $"spec.{component.Name}: the claim of the volume {claim.Name} needs a size, such as resources: {{requests: {{storage: 10Gi}}}}.";

    static IEnumerable<string> Volumes(ClusterObject cluster, Component component)
    {
        var reserved = PodVolumes.Reserved(cluster, component).ToHashSet(StringComparer.Ordinal);
        return from volume in component.Spec.Volumes ?? []
               let name = volume.Text("name")
               where name is not null && reserved.Contains(name)
               select $"spec.{component.Name}.volumes: the operator makes a volume {name} itself; choose another name.";
    }

    static string List(List<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);

    static string Shown(string text) => new([.. text.Take(60).Select(c => char.IsControl(c) ? '?' : c)]);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.NonBacktracking)]
    private static partial Regex FlagName();
}
