using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Backups.Desired;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Clusters.Desired;
using NebulaKeep.Operator.Resources.Clusters;
using NebulaKeep.Operator.Resources.Restores;

namespace NebulaKeep.Operator.Restores.Desired;

/// <summary>
/// The init container with which a pod of a restored cluster fetches its data. It stays when the restore is over, since taking it away would
/// restart every pod; then it ends at once, and needs neither store nor credentials.
/// </summary>
static class PullContainer
{
    public const string Name = "ng-restore";
    const string PlanVolume = "restore-plan";
    const string PlanFolder = "/var/run/nebulakeep/restore";
    static readonly string[] StoreVolumes = ["store-ca", "gcs-credentials"];

    public static JsonObject Of(ClusterObject cluster, Component component, RestoreConfig config)
    {
        var agent = cluster.Spec.Agent ?? new AgentSpec();
        var store = StoreAccess.Of(config.S3, config.Gcs, upstreamBr: false).Optional();
        var container = new JsonObject { ["name"] = Name, ["image"] = AgentContainer.ImageOf(agent) }.With("imagePullPolicy", cluster.Spec.ImagePullPolicy);
        container["command"] = new JsonArray("/usr/local/bin/agent");
        container["args"] = new JsonArray([.. Arguments(component, agent), .. store.Arguments.Select(text => JsonValue.Create(text))]);
        container.WithList("env", [MainContainer.PodNameVariable(), .. store.Environment]);
        container.With("resources", agent.Resources is null ? null : ResourceJson.Write(agent.Resources));
        container["terminationMessagePolicy"] = "FallbackToLogsOnError";
        container.WithList("volumeMounts", [.. component.Data.Select(MainContainer.ClaimMount), .. store.Mounts, new JsonObject { ["name"] = PlanVolume, ["mountPath"] = PlanFolder, ["readOnly"] = true }]);
        return container.With("securityContext", AgentContainer.Security(component.Spec.SecurityContext));
    }

    /// <summary>The volumes that it mounts beside the claims.</summary>
    public static IEnumerable<JsonObject> Volumes(NamespacedName cluster, RestoreConfig config) =>
        [.. StoreAccess.Of(config.S3, config.Gcs, upstreamBr: false).Optional().Volumes, PlanOf(cluster)];

    /// <summary>A volume of such a container, perhaps of an earlier restore.</summary>
    public static bool IsOurs(JsonObject volume) => volume.Text("name") is { } name && (name == PlanVolume || StoreVolumes.Contains(name, StringComparer.Ordinal));

    /// <summary>Optional, as the Secrets are: a pod with its data needs none of them.</summary>
    static JsonObject PlanOf(NamespacedName cluster)
    {
        var volume = PodVolumes.OfConfigMap(PlanVolume, PlanConfigMap.KeyOf(cluster).Name, PlanConfigMap.File);
        volume["configMap"]!["optional"] = true;
        return volume;
    }

    static IEnumerable<JsonNode?> Arguments(Component component, AgentSpec agent) =>
    [
        "pull", $"--plan={PlanFolder}/{PlanConfigMap.File}", $"--role={component.Name}", $"--pod=$({MainContainer.PodName})",
        $"--data_paths={Shared.ArgumentText.Literal(string.Join(',', component.DataPaths))}", $"--ratelimit={agent.RateLimit ?? 0}",
    ];
}
