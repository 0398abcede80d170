using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>The configuration of a service.</summary>
static class ConfigMaps
{
    public static JsonObject Of(ClusterObject cluster, Component component, string flagFile)
    {
        var map = ObjectFields.New(KnownKinds.ConfigMap, component.Workload);
        Owned.Fill(map, cluster, component);
        var data = new JsonObject { [component.FlagFileName] = flagFile };
        if (LogRotation.IsOn(cluster, component))
            foreach (var (name, text) in LogRotation.Files(cluster)) data[name] = text;
        map["data"] = data;
        return map;
    }
}
