using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Clusters.Desired;

namespace NebulaKeep.Operator.Tests.Clusters;

/// <summary>
/// Each folder under <c>Cases</c>: a merge patch of the seed's cluster, and the objects that are wanted. Of all cases but <c>minimal</c>
/// and the seed's own only the objects are kept that differ from those of <c>minimal</c>; of flag files the lines that the template has not.
/// </summary>
public sealed class ClusterObjectsTests
{
    static readonly string[] Whole = ["minimal", "seed-patch"];
    static readonly IReadOnlyList<JsonObject> Minimal = ClusterObjects.All(Read("minimal"));

    public static TheoryData<string> Cases => Golden.Cases(ClusterCase.Area);

    [Fact]
    public void There_are_many_cases() => Cases.Count.ShouldBeGreaterThanOrEqualTo(25);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_objects_are_as_wanted(string name)
    {
        var objects = ClusterObjects.All(Read(name));
        if (!Whole.Contains(name)) objects = [.. objects.Where(item => !Minimal.Any(same => JsonNode.DeepEquals(same, item)))];

        Golden.Check(ClusterCase.Area, name, "objects.yaml", new JsonArray([.. objects.Select(Shortened)]));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nothing_is_wrong_with_a_case(string name)
    {
        var cluster = Read(name);

        cluster.Tls.Problem.ShouldBeNull();
        ClusterRules.Problems(cluster).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void C8_Pods_have_no_rights_in_Kubernetes_and_start_without_a_shell(string name)
    {
        foreach (var pod in Pods(name))
        {
            pod["automountServiceAccountToken"]!.GetValue<bool>().ShouldBeFalse();
            foreach (var container in Ours(pod))
                container["command"]!.AsArray().Select(part => part!.GetValue<string>()).ShouldAllBe(part => !part.Contains("sh") || part.EndsWith("crond"));
        }
    }

    /// <summary>A file that is mounted alone keeps the content that it had when the pod was made.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void C4_Certificates_are_mounted_as_directories(string name)
    {
        foreach (var pod in Pods(name))
        {
            var projected = pod.Items("volumes").Where(volume => volume["projected"] is not null).Select(volume => volume.Text("name")).ToList();
            foreach (var mount in Ours(pod).SelectMany(container => container.Items("volumeMounts")).Where(mount => projected.Contains(mount.Text("name"))))
                mount["subPath"].ShouldBeNull();
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_mount_has_its_volume(string name)
    {
        foreach (var set in ClusterObjects.All(Read(name)).Where(item => item.Text("kind") == "StatefulSet"))
        {
            var pod = set.At("spec", "template", "spec")!;
            var volumes = pod.Items("volumes").Select(volume => volume.Text("name")).Concat(set.Items("spec", "volumeClaimTemplates").Select(claim => claim.Text("metadata", "name"))).ToList();
            volumes.ShouldBeUnique();
            Ours(pod).SelectMany(container => container.Items("volumeMounts")).Select(mount => mount.Text("name")).ShouldBeSubsetOf(volumes);
        }
    }

    static ClusterObject Read(string name) => ClusterCase.Of(Golden.Read(ClusterCase.Area, name, "patch.yaml"), Golden.Read(ClusterCase.Area, name, "policy.yaml").Text("clusterDomain") ?? ClusterCase.Domain);

    static IEnumerable<JsonNode> Pods(string name) => ClusterObjects.All(Read(name)).Where(item => item.Text("kind") == "StatefulSet").Select(set => set.At("spec", "template", "spec")!);

    static IEnumerable<JsonObject> Ours(JsonNode pod) => pod.Items("containers").Where(container => container["command"] is not null);

    static JsonNode Shortened(JsonObject item)
    {
        var clone = (JsonObject)item.DeepClone();
        if (clone["data"] is not JsonObject data) return clone;
        foreach (var (file, text) in data.ToList())
        {
            if (!file.StartsWith("nebula-", StringComparison.Ordinal)) continue;
            var template = Minimal.Single(same => same.Text("kind") == "ConfigMap" && same.At("data", file) is not null).Text("data", file)!.Split('\n');
            data[file] = new JsonArray([.. text!.GetValue<string>().Split('\n').Except(template).Select(line => JsonValue.Create(line))]);
        }
        return clone;
    }
}
