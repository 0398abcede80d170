using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources.Clusters;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>The pods of a service.</summary>
static class PodTemplate
{
    /// <param name="cluster">The cluster.</param>
    /// <param name="component">Which service.</param>
    /// <param name="flagFile">The text of the flag file.</param>
    /// <param name="restartedAt">What a user wrote to have the pods restarted; null for nothing.</param>
    public static JsonObject Of(ClusterObject cluster, Component component, string flagFile, string? restartedAt)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in component.Spec.Labels ?? component.Labels) labels[name] = value;
        foreach (var (name, value) in component.Labels) labels[name] = value;      // ours win: pods are found by them
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in component.Spec.Annotations ?? new Dictionary<string, string>(StringComparer.Ordinal)) annotations[name] = value;
        annotations[Annotations.ConfigurationHash] = FlagFile.Hash(flagFile);
        if (!string.IsNullOrEmpty(restartedAt)) annotations[Annotations.RestartTimestamp] = restartedAt;
        var metadata = new JsonObject { ["labels"] = JsonParts.Map(labels), ["annotations"] = JsonParts.Map(annotations) };
        return new JsonObject { ["metadata"] = metadata, ["spec"] = Pod(cluster, component) };
    }

    static JsonObject Pod(ClusterObject cluster, Component component)
    {
        var (all, own) = (cluster.Spec, component.Spec);
        var pod = new JsonObject
        {
            ["serviceAccountName"] = Access.ServiceAccountName,
            ["automountServiceAccountToken"] = false,
            ["enableServiceLinks"] = false,
        };
        pod.WithList("initContainers", own.InitContainers).WithList("containers", Containers(cluster, component)).WithList("volumes", PodVolumes.Of(cluster, component));
        pod.WithList("imagePullSecrets", all.ImagePullSecrets).With("schedulerName", all.SchedulerName);
        pod.WithMap("nodeSelector", Merged(all.NodeSelector, own.NodeSelector)).With("affinity", own.Affinity ?? all.Affinity).WithList("tolerations", own.Tolerations ?? all.Tolerations);
        pod.WithList("topologySpreadConstraints", (own.TopologySpreadConstraints ?? all.TopologySpreadConstraints)?.Select(spread => Spread(spread, component)));
        return pod.With("dnsConfig", own.DnsConfig).With("dnsPolicy", own.DnsPolicy);
    }

    /// <summary>A sidecar that is named like a container of ours changes that one's fields; others come behind.</summary>
    static List<JsonObject> Containers(ClusterObject cluster, Component component)
    {
        List<JsonObject> containers = [MainContainer.Of(cluster, component)];
        if (cluster.HasAgents) containers.Add(AgentContainer.Of(cluster, component));
        if (LogRotation.IsOn(cluster, component)) containers.Add(LogRotation.Container(cluster, component));
        foreach (var sidecar in component.Spec.SidecarContainers ?? [])
        {
            if (containers.Find(container => container.Text("name") == sidecar.Text("name")) is not { } ours) containers.Add(sidecar);
            else foreach (var (field, value) in sidecar) ours[field] = value?.DeepClone();
        }
        return containers;
    }

    static SortedDictionary<string, string> Merged(IReadOnlyDictionary<string, string>? all, IReadOnlyDictionary<string, string>? own)
    {
        var merged = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in (all ?? new Dictionary<string, string>(StringComparer.Ordinal)).Concat(own ?? new Dictionary<string, string>(StringComparer.Ordinal))) merged[name] = value;
        return merged;
    }

    static JsonObject Spread(SpreadConstraint wanted, Component component) => new()
    {
        ["maxSkew"] = 1,
        ["topologyKey"] = wanted.TopologyKey,
        ["whenUnsatisfiable"] = wanted.WhenUnsatisfiable,
        ["labelSelector"] = new JsonObject { ["matchLabels"] = JsonParts.Map(component.Labels) },
    };
}
