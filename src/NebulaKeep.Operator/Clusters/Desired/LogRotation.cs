using System.Text.Json.Nodes;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>A sidecar that rotates the logs, where there is a volume for them: cron with its table, and logrotate with its configuration, both from the ConfigMap.</summary>
static class LogRotation
{
    const string ContainerName = "ng-logrotate";
    const string StandardImage = "vesoft/nebula-alpine:latest";
    const string Volume = "logrotate";
    const string ConfigurationFile = "logrotate.conf";
    const string TableFile = "crontab";

    public static bool IsOn(ClusterObject cluster, Component component) => cluster.Spec.LogRotate is not null && component.Log is not null;

    public static JsonObject Container(ClusterObject cluster, Component component)
    {
        var log = component.Claims.Single(claim => claim.Name == component.LogVolume);
        return new JsonObject
        {
            ["name"] = ContainerName,
            ["image"] = cluster.Spec.AlpineImage is { Length: > 0 } image ? image : StandardImage,
            ["command"] = new JsonArray("crond"),
            ["args"] = new JsonArray("-f", "-c", $"/etc/{Volume}"),
            ["resources"] = new JsonObject { ["requests"] = Resources("50m", "50Mi"), ["limits"] = Resources("200m", "200Mi") },
            ["volumeMounts"] = new JsonArray(
                MainContainer.ClaimMount(log),
                Mount(ConfigurationFile, $"/etc/{ConfigurationFile}"),
                Mount(TableFile, $"/etc/{Volume}/root")),
        }.With("imagePullPolicy", cluster.Spec.ImagePullPolicy);
    }

    public static JsonObject VolumeOf(Component component) => PodVolumes.OfConfigMap(Volume, component.Workload.Name, ConfigurationFile, TableFile);

    /// <summary>The daemons keep their files open, so a file is copied and cut, not renamed.</summary>
    public static IEnumerable<(string Name, string Text)> Files(ClusterObject cluster)
    {
        var spec = cluster.Spec.LogRotate!;
        yield return (ConfigurationFile, $$"""
            {{Component.Home}}/logs/*.log {{Component.Home}}/logs/*.impl {
              rotate {{spec.Rotate ?? 5}}
              size {{spec.Size ?? "200M"}}
              copytruncate
              missingok
              notifempty
            }

            """);
        yield return (TableFile, $"*/5 * * * * logrotate -s {Component.Home}/logs/.logrotate.status /etc/{ConfigurationFile}\n");
    }

    static JsonObject Mount(string file, string path) => new() { ["name"] = Volume, ["mountPath"] = path, ["subPath"] = file, ["readOnly"] = true };

    static JsonObject Resources(string cpu, string memory) => new() { ["cpu"] = cpu, ["memory"] = memory };
}
