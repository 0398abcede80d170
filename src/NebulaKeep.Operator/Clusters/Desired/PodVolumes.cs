using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>The volumes of a pod beside its claims.</summary>
static class PodVolumes
{
    /// <summary>The volume with the flag file.</summary>
    public const string Configuration = "configuration";

    public static IReadOnlyList<JsonObject> Of(ClusterObject cluster, Component component) => [.. Ours(cluster, component), .. component.Spec.Volumes ?? []];

    /// <summary>Names that a user's volume cannot have.</summary>
    public static IEnumerable<string> Reserved(ClusterObject cluster, Component component) =>
        Ours(cluster, component).Select(volume => volume.Text("name")!).Concat(component.Claims.Select(claim => claim.Name));

    public static JsonObject OfConfigMap(string volume, string configMap, params IEnumerable<string> files) => new()
    {
        ["name"] = volume,
        ["configMap"] = new JsonObject
        {
            ["name"] = configMap,
            ["items"] = new JsonArray([.. files.Select(file => new JsonObject { ["key"] = file, ["path"] = file })]),
        },
    };

    static IEnumerable<JsonObject> Ours(ClusterObject cluster, Component component)
    {
        yield return OfConfigMap(Configuration, component.Workload.Name, component.FlagFileName);
        if (LogRotation.IsOn(cluster, component)) yield return LogRotation.VolumeOf(component);
        JsonObject?[] others = [License.VolumeOf(cluster, component), ServerCertificates.VolumeOf(cluster, component), AgentCertificates.VolumeOf(cluster)];
        foreach (var volume in others.OfType<JsonObject>()) yield return volume;
    }
}
