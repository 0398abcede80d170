using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Clusters.Desired;
using NebulaKeep.Operator.Restores;
using NebulaKeep.Operator.Restores.Desired;
using NebulaKeep.Operator.Tests.Clusters;

namespace NebulaKeep.Operator.Tests.Restores;

/// <summary>Each folder under <c>Cases</c>: merge patches of a restore and of the seed's cluster, and what differs in the cluster that is wanted.</summary>
public sealed class RestoredClusterTests
{
    const string Area = "Restores";
    static readonly NamespacedName Target = new("default", "ngbbbb");

    public static TheoryData<string> Cases => Golden.Cases(Area);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_cluster_is_as_wanted(string name) => Golden.Check(Area, name, "cluster.yaml", Make(name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nothing_is_wrong_with_it_and_every_mount_has_its_volume(string name)
    {
        var cluster = new ClusterObject(Make(name), ClusterCase.Domain);

        ClusterRules.Problems(cluster).ShouldBeEmpty();
        foreach (var set in ClusterObjects.All(cluster).Where(item => item.Text("kind") == "StatefulSet" && !item.Key().Name.EndsWith("graphd", StringComparison.Ordinal)))
        {
            var pod = set.At("spec", "template", "spec")!;
            var volumes = pod.Items("volumes").Select(volume => volume.Text("name")).Concat(set.Items("spec", "volumeClaimTemplates").Select(claim => claim.Text("metadata", "name"))).ToList();
            volumes.ShouldBeUnique();
            var fetching = pod.Items("initContainers").Single(container => container.Text("name") == "ng-restore");
            fetching.Items("volumeMounts").Select(mount => mount.Text("name")).ShouldBeSubsetOf(volumes);
            pod.Items("initContainers").Last().ShouldBe(fetching, "what the user's do comes first");
        }
    }

    /// <summary>Pods outlive the restore: they start also when the Secret is gone.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Credentials_are_optional_references(string name)
    {
        var storaged = Make(name).At("spec", "storaged")!;
        var fetching = storaged.Items("initContainers").Single(container => container.Text("name") == "ng-restore");

        foreach (var reference in fetching.Items("env").Select(variable => variable.At("valueFrom", "secretKeyRef")).OfType<JsonObject>()) reference["optional"]!.GetValue<bool>().ShouldBeTrue();
        foreach (var volume in storaged.Items("volumes").Where(volume => volume["secret"] is not null)) volume["secret"]!["optional"]!.GetValue<bool>().ShouldBeTrue();
    }

    static JsonObject Make(string name)
    {
        var world = new RestoreWorld();
        var stored = (JsonObject)world.Restore.DeepClone();
        MergePatch.Apply(stored, Golden.Read(Area, name, "restore.yaml")!);
        var restore = new RestoreObject(stored);
        return RestoredCluster.Of(restore, Target, (JsonObject)ClusterCase.Json(Golden.Read(Area, name, "source.yaml"))["spec"]!, ClusterCase.Domain);
    }
}
