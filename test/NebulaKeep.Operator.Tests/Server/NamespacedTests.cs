using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Yaml;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>The operator as <c>deploy/namespaced</c> installs it: rights in one namespace and nowhere else.</summary>
[Collection(KubernetesCollection.Name)]
[Trait("Category", "Server")]
public sealed class NamespacedTests(KubernetesFixture kubernetes)
{
    const string Namespace = "nebula";

    [Fact]
    public async Task A_cluster_becomes_ready_and_goes_with_rights_in_its_namespace_alone()
    {
        await kubernetes.Admin.CreateAsync(KnownKinds.Namespace, ObjectFields.New(KnownKinds.Namespace, new NamespacedName("", Namespace)), CancellationToken.None);
        await kubernetes.KubectlAsync(null, "apply", "-k", RepositoryRoot.Join("deploy", "namespaced"));
        await using var scene = await ClusterScene.StartNamespacedAsync(kubernetes, Namespace);
        await scene.CreateAsync(item => (item["spec"]!["metad"]!["replicas"], item["spec"]!["storaged"]!["replicas"], item["spec"]!["enablePVReclaim"]) = (1, 1, true));
        await scene.WaitUntilReadyAsync();

        using var client = new KubeClient(await kubernetes.OperatorConfigAsync(inNamespace: Namespace), new(), TimeProvider.System);
        foreach (var (verb, kind) in new[] { ("list", CustomResources.Cluster), ("get", KnownKinds.Secret), ("patch", KnownKinds.StatefulSet) })
        {
            (await client.IsAllowedAsync(new(verb, kind, Namespace), CancellationToken.None)).ShouldBeTrue($"{verb} {kind}");
            (await client.IsAllowedAsync(new(verb, kind, "default"), CancellationToken.None)).ShouldBeFalse($"{verb} {kind} elsewhere");
        }
        await scene.DeleteAsync();
        await scene.WaitUntilGoneAsync();
        scene.Running.Operator.Log.Lines.ShouldNotContain(line => line.Contains("Forbidden", StringComparison.Ordinal));
    }

    [Fact]
    public void The_rules_are_those_of_the_whole_installation()
    {
        var all = Rules("operator", "rbac.yaml");

        JsonNode.DeepEquals(Rules("namespaced", "role.yaml"), all).ShouldBeTrue("copy the rules of deploy/operator/rbac.yaml to deploy/namespaced/role.yaml");
    }

    static JsonNode Rules(string folder, string file) =>
        YamlReader.ReadAll(File.ReadAllText(RepositoryRoot.Join("deploy", folder, file))).Select(document => document.At("rules")).OfType<JsonNode>().Single();
}
