using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>The license file of the enterprise edition's metad.</summary>
static class License
{
    const string Volume = "nebula-license";
    const string FileName = "nebula.license";

    public static JsonObject? VolumeOf(ClusterObject cluster, Component component) => SecretOf(cluster, component) is not { } secret ? null : new JsonObject
    {
        ["name"] = Volume,
        ["secret"] = new JsonObject
        {
            ["secretName"] = secret,
            ["items"] = new JsonArray(new JsonObject { ["key"] = cluster.Spec.Metad.License.Text("licenseKey") ?? FileName, ["path"] = FileName }),
        },
    };

    public static JsonObject? MountOf(ClusterObject cluster, Component component) => SecretOf(cluster, component) is null ? null : new JsonObject
    {
        ["name"] = Volume,
        ["mountPath"] = $"{Component.Home}/{FileName}",
        ["subPath"] = FileName,
        ["readOnly"] = true,
    };

    static string? SecretOf(ClusterObject cluster, Component component) => component.IsMetad ? cluster.Spec.Metad.License.Text("secretName") : null;
}
