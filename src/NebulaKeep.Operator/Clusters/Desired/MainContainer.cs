using System.Globalization;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources.Shared;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>The container of the service itself. It is started without a shell: the kubelet puts the pod's name into its arguments.</summary>
static class MainContainer
{
    /// <summary>Variable with the pod's name; ours alone, so that no variable of a user's changes who the daemon is.</summary>
    public const string PodName = "NEBULA_POD_NAME";

    /// <summary>The images' user, for those who forbid root and name none.</summary>
    const int NebulaUser = 999;

    public static JsonObject Of(ClusterObject cluster, Component component)
    {
        var spec = component.Spec;
        var main = new JsonObject { ["name"] = component.Name, ["image"] = $"{spec.Image}:{spec.Version ?? "latest"}" }
            .With("imagePullPolicy", cluster.Spec.ImagePullPolicy);
        main["workingDir"] = Component.Home;      // flags name paths that are relative to it
        main["command"] = new JsonArray($"{Component.Home}/bin/nebula-{component.Name}");
        main["args"] = new JsonArray([.. Arguments(cluster, component).Select(text => JsonValue.Create(text))]);
        main.WithList("ports", Ports(component));
        main.WithList("env", Environment(component));
        main.With("resources", Resources(spec.Resources));
        main.WithList("volumeMounts", Mounts(cluster, component));
        main.With("readinessProbe", spec.ReadinessProbe ?? StandardProbe(component)).With("livenessProbe", spec.LivenessProbe);
        return main.With("securityContext", Security(spec.SecurityContext));
    }

    /// <summary>All ports; Services lead to the same.</summary>
    public static IEnumerable<JsonObject> Ports(Component component)
    {
        yield return Port("thrift", component.Port);
        yield return Port("http", component.HttpPort);
        if (component.IsStoraged) yield return Port("admin", component.AdminPort);

        static JsonObject Port(string name, int number) => new() { ["name"] = name, ["containerPort"] = number, ["protocol"] = "TCP" };
    }

    public static JsonObject PodNameVariable() => FromPod(PodName, "metadata.name");

    /// <summary>Whoever forbids root and names no user means the images' own.</summary>
    public static JsonObject? Security(JsonObject? wanted)
    {
        if (wanted?["runAsNonRoot"]?.GetValueKind() is not System.Text.Json.JsonValueKind.True || wanted.ContainsKey("runAsUser")) return wanted;
        var clone = (JsonObject)wanted.DeepClone();
        clone["runAsUser"] = NebulaUser;
        return clone;
    }

    static IEnumerable<string> Arguments(ClusterObject cluster, Component component)
    {
        yield return $"--flagfile={Component.Home}/etc/{component.FlagFileName}";
        yield return $"--meta_server_addrs={string.Join(',', cluster.Metad.Addresses(cluster.Metad.Replicas))}";
        yield return $"--local_ip=$({PodName}).{component.HeadlessHost}";
        yield return "--daemonize=false";
        if (component.IsStoraged && component.Data.Count > 1) yield return $"--data_path={string.Join(',', component.Data.Select(claim => $"{claim.SubPath}/storage"))}";
        if (component.IsMetad && cluster.Spec.Metad.LicenseManagerUrl is { Length: > 0 } url) yield return $"--license_manager_url={Shared.ArgumentText.Literal(url)}";
    }

    static IEnumerable<JsonObject> Environment(Component component)
    {
        var users = (component.Spec.Env ?? []).Where(variable => variable.Text("name") != PodName).ToList();
        JsonObject[] ours =
        [
            PodNameVariable(),
            FromPod("MY_IP", "status.podIP"),
            new() { ["name"] = "HTTP_PORT", ["value"] = component.HttpPort.ToString(CultureInfo.InvariantCulture) },
        ];
        // First ours: a user's variable may refer to them.
        return [.. ours.Where(variable => !users.Exists(own => own.Text("name") == variable.Text("name"))), .. users];
    }

    static JsonObject FromPod(string name, string field) =>
        new() { ["name"] = name, ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = field } } };

    /// <summary>CPU and memory. Upstream's samples have the volume's size here, which a container cannot have.</summary>
    static JsonObject? Resources(ResourceRequirements? wanted)
    {
        if (wanted is null) return null;
        var json = ResourceJson.Write(wanted);
        foreach (var kind in new[] { "limits", "requests" }) (json[kind] as JsonObject)?.Remove("storage");
        return json;
    }

    static IEnumerable<JsonObject> Mounts(ClusterObject cluster, Component component)
    {
        foreach (var claim in component.Claims) yield return ClaimMount(claim);
        if (License.MountOf(cluster, component) is { } license) yield return license;
        if (ServerCertificates.MountOf(cluster, component) is { } certificates) yield return certificates;
        yield return new JsonObject
        {
            ["name"] = PodVolumes.Configuration,
            ["mountPath"] = $"{Component.Home}/etc/{component.FlagFileName}",
            ["subPath"] = component.FlagFileName,
        };
        foreach (var mount in component.Spec.VolumeMounts ?? []) yield return mount;
    }

    public static JsonObject ClaimMount(VolumeClaim claim) => new() { ["name"] = claim.Name, ["mountPath"] = claim.Path, ["subPath"] = claim.SubPath };

    static JsonObject StandardProbe(Component component) => new()
    {
        ["httpGet"] = new JsonObject { ["path"] = "/status", ["port"] = component.HttpPort, ["scheme"] = "HTTP" },
        ["initialDelaySeconds"] = 10,
        ["timeoutSeconds"] = 5,
        ["periodSeconds"] = 10,
    };
}
