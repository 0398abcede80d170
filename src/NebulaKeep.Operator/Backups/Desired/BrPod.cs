using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups.Desired;

/// <summary>The pod in which br runs: no shell, no rights in Kubernetes, credentials as references.</summary>
static class BrPod
{
    /// <summary>The container of br.</summary>
    public const string Container = "ng-backup";

    /// <summary>Where br leaves its result for the operator; the kubelet's standard place.</summary>
    const string TerminationLog = "/dev/termination-log";

    /// <summary>Told to stop, br opens writes again and removes what it began; that is worth waiting for.</summary>
    const int GraceSeconds = 600;

    public static JsonObject Template(BackupObject backup, ClusterView? cluster, BackupPolicy policy, string component, IReadOnlyList<string> command)
    {
        var metadata = new JsonObject { ["labels"] = Labels(backup, component) };
        if (Annotations.PassedOn(backup.Json) is { } annotations) metadata["annotations"] = annotations;
        var store = StoreAccess.Of(backup.Config.S3, backup.Config.Gcs, backup.UsesUpstreamBr);
        var certificates = ClientCertificates.VolumeOf(backup, cluster);
        var main = BrContainer(backup, store, certificates is not null, [.. command, .. store.Arguments, .. Tls(cluster)]);
        return new JsonObject { ["metadata"] = metadata, ["spec"] = Pod(backup, policy, main, [.. store.Volumes, certificates]) };
    }

    /// <summary>The operator's labels win over the user's: they are what it finds its objects by.</summary>
    public static JsonObject Labels(BackupObject backup, string component)
    {
        var labels = backup.Json.At("metadata", "labels")?.DeepClone() as JsonObject ?? [];
        labels[Shared.Labels.Name] = Shared.Labels.Product;
        labels[Shared.Labels.ManagedBy] = Shared.Labels.Operator;
        labels[Shared.Labels.Component] = component;
        labels[Shared.Labels.Backup] = ObjectNames.Fit(backup.Key.Name);
        return labels;
    }

    static JsonObject Pod(BackupObject backup, BackupPolicy policy, JsonObject main, JsonObject?[] volumes)
    {
        var spec = backup.Spec;
        var (containers, initContainers) = Sidecars.Place(main, Clones(spec.InitContainers), Clones(spec.SidecarContainers), policy.NativeSidecars);
        var pod = new JsonObject
        {
            ["restartPolicy"] = "Never",
            ["automountServiceAccountToken"] = false,
            ["enableServiceLinks"] = false,
            ["terminationGracePeriodSeconds"] = GraceSeconds,
            ["securityContext"] = new JsonObject { ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" } },
        };
        Add(pod, "initContainers", initContainers);
        Add(pod, "containers", containers);
        Add(pod, "volumes", [.. Clones(spec.Volumes), .. volumes.OfType<JsonObject>()]);
        Add(pod, "imagePullSecrets", Clones(spec.ImagePullSecrets));
        if (spec.NodeSelector is { Count: > 0 } selector) pod["nodeSelector"] = new JsonObject(selector.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
        if (spec.Affinity is { } affinity) pod["affinity"] = affinity.DeepClone();
        Add(pod, "tolerations", Clones(spec.Tolerations));
        return pod;
    }

    static JsonObject BrContainer(BackupObject backup, StoreAccess store, bool mountsCertificates, IReadOnlyList<string> arguments)
    {
        var spec = backup.Spec;
        var own = (spec.Env ?? []).Select(variable => variable.Text("name")).ToHashSet(StringComparer.Ordinal);
        // First ours: a user's variable may refer to them. One of the same name replaces ours.
        JsonObject[] environment = [.. store.Environment, Variable("BR_TERMINATION_MESSAGE_PATH", TerminationLog), Variable("NEBULAKEEP_REPLACE_KILLED", "true")];
        var main = new JsonObject { ["name"] = Container, ["image"] = $"{spec.Image}:{spec.Version}" };
        if (spec.ImagePullPolicy is { } policy) main["imagePullPolicy"] = policy;
        main["command"] = new JsonArray("/usr/local/bin/br-ent");
        main["args"] = new JsonArray([.. arguments.Select(text => JsonValue.Create(text))]);
        Add(main, "env", [.. environment.Where(variable => !own.Contains(variable.Text("name"))), .. Clones(spec.Env)]);
        if (spec.Resources is { } resources) main["resources"] = ResourceJson.Write(resources);
        main["securityContext"] = new JsonObject { ["allowPrivilegeEscalation"] = false, ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") } };
        main["terminationMessagePath"] = TerminationLog;
        main["terminationMessagePolicy"] = "FallbackToLogsOnError";
        List<JsonObject> mounts = [.. Clones(spec.VolumeMounts), .. store.Mounts];
        if (mountsCertificates) mounts.Add(ClientCertificates.Mount());
        Add(main, "volumeMounts", mounts);
        return main;
    }

    static JsonObject Variable(string name, string value) => new() { ["name"] = name, ["value"] = value };

    /// <summary>Only where metad speaks TLS: the flags make no sense without.</summary>
    static IEnumerable<string> Tls(ClusterView? cluster)
    {
        if (cluster is not { Tls.IsOn: true }) yield break;
        yield return "--enable-ssl";
        if (cluster.Certificates.InsecureSkipVerify == true) yield return "--insecure-skip-verify";
        if (cluster.Certificates.ServerName is { Length: > 0 } name) yield return $"--server-name={ArgumentText.Literal(name)}";
    }

    static void Add(JsonObject target, string name, IReadOnlyCollection<JsonObject> items)
    {
        if (items.Count > 0) target[name] = new JsonArray([.. items]);
    }

    static IReadOnlyList<JsonObject> Clones(IReadOnlyList<JsonObject>? items) => [.. (items ?? []).Select(item => (JsonObject)item.DeepClone())];
}
