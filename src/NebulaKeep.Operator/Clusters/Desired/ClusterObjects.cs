using System.Text.Json.Nodes;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>All objects of a cluster as they are made first, in the order in which they are made.</summary>
static class ClusterObjects
{
    public static IReadOnlyList<JsonObject> All(ClusterObject cluster) =>
        [Access.ServiceAccount(cluster.Key.Namespace), .. cluster.Components.SelectMany(component => Of(cluster, component))];

    public static IEnumerable<JsonObject> Of(ClusterObject cluster, Component component)
    {
        var flagFile = FlagFile.Render(cluster, component);
        foreach (var item in BesideWorkload(cluster, component, flagFile)) yield return item;
        yield return StatefulSets.Of(cluster, component, flagFile);
    }

    public static IEnumerable<JsonObject> BesideWorkload(ClusterObject cluster, Component component, string flagFile)
    {
        yield return Services.Headless(cluster, component);
        if (component.IsGraphd) yield return Services.Client(cluster);
        yield return ConfigMaps.Of(cluster, component, flagFile);
    }
}
