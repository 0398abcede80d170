using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Shared;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>Restores on a real API server with real controllers of StatefulSets, volumes and garbage; the test plays kubelet, meta service and store.</summary>
[Collection(KubernetesCollection.Name)]
[Trait("Category", "Server")]
public sealed class RestoreServerTests(KubernetesFixture kubernetes)
{
    [Fact]
    public async Task A_backup_becomes_a_cluster_service_by_service_without_a_pod_that_is_started_twice()
    {
        await using var scene = await RestoreScene.StartAsync(kubernetes);
        scene.Kubelet.Lets = pod => pod.Label(Labels.Component) == "metad";
        await scene.CreateAsync();

        await scene.WaitForPhaseAsync("MetadComplete");
        await Eventually.TrueAsync(async () => (await PodsAsync(scene)).Count == 6, "metads and storageds are there", TimeSpan.FromSeconds(30));
        (await PodsAsync(scene)).ShouldBe(["second-metad-0", "second-metad-1", "second-metad-2", "second-storaged-0", "second-storaged-1", "second-storaged-2"]);
        scene.Daemons.Calls.Count(call => call.StartsWith("restore ", StringComparison.Ordinal)).ShouldBe(3);
        scene.Kubelet.Lets = _ => true;
        var complete = await scene.WaitForPhaseAsync("Complete");

        complete.Text("status", "clusterName").ShouldBe("second");
        await scene.WaitAsync(item => !Finalizers.Has(item, Labels.RestoreCleanup), "it may go, and the cluster stays");
        var cluster = (await scene.ClusterAsync())!;
        cluster.Annotation(Annotations.Restore).ShouldBeNull();
        Condition.IsTrue(cluster.At("status", "conditions"), "Ready").ShouldBeTrue();
        scene.Kubelet.Started.ShouldBeUnique("the end of the restore restarts nothing");
        (await kubernetes.FindAsync(KnownKinds.ConfigMap, scene.Namespace, "second-restore")).Text("data", "plan.json")!.ShouldContain("\"isComplete\": true");
        (await kubernetes.KubectlAsync(null, "get", "nr", "nr", "-n", scene.Namespace)).ShouldMatch(@"nr\s+Complete\s+second\s");
        string[] told = ["DataFetched", "MetaRestored", "RestoreComplete", "RestoringMeta", "Started"];
        await Eventually.TrueAsync(async () => (await EventsAsync(scene)).Order(StringComparer.Ordinal).SequenceEqual(told, StringComparer.Ordinal), "each step has its event, and there are no others", TimeSpan.FromSeconds(30));

        await scene.DeleteAsync();
        await scene.WaitUntilGoneAsync();
        (await scene.ClusterAsync()).ShouldNotBeNull().IsDeleting().ShouldBeFalse("it is a cluster like any other");
    }

    [Fact]
    public async Task R12_an_unfinished_one_takes_its_cluster_its_plan_and_its_volumes_along()
    {
        await using var scene = await RestoreScene.StartAsync(kubernetes);
        scene.Kubelet.Lets = _ => false;
        await scene.CreateAsync();
        await scene.WaitForPhaseAsync("Running");
        await Eventually.TrueAsync(async () => (await PodsAsync(scene)).Count == 3, "the metads are there", TimeSpan.FromSeconds(30));

        await scene.DeleteAsync();
        await scene.WaitUntilGoneAsync();

        (await scene.ClusterAsync()).ShouldBeNull();
        await Eventually.TrueAsync(async () => (await kubernetes.ListAsync(KnownKinds.PersistentVolumeClaim, scene.Namespace)).Count == 0, "its volumes are gone", TimeSpan.FromMinutes(2));
        await kubernetes.WaitUntilGoneAsync(KnownKinds.ConfigMap, scene.Namespace, "second-restore");
    }

    [Fact]
    public async Task No_credential_is_seen_anywhere()
    {
        await using var scene = await RestoreScene.StartAsync(kubernetes);
        await scene.CreateAsync();
        await scene.WaitForPhaseAsync("Complete");

        List<JsonObject> all = [await FindAsync(scene), (await scene.ClusterAsync())!];
        foreach (var kind in new[] { KnownKinds.Pod, KnownKinds.StatefulSet, KnownKinds.ConfigMap, KnownKinds.Event }) all.AddRange(await kubernetes.ListAsync(kind, scene.Namespace));
        all.ShouldAllBe(item => !item.ToJsonString(null).Contains("canary", StringComparison.Ordinal));
        scene.Running.Operator.Log.Lines.ShouldAllBe(line => !line.Contains("canary", StringComparison.Ordinal));
    }

    async Task<JsonObject> FindAsync(RestoreScene scene) => (await kubernetes.FindAsync(CustomResources.Restore, scene.Namespace, "nr"))!;

    async Task<IReadOnlyList<string>> PodsAsync(RestoreScene scene) => [.. (await kubernetes.ListAsync(KnownKinds.Pod, scene.Namespace)).Select(pod => pod.Key().Name).Order(StringComparer.Ordinal)];

    async Task<IReadOnlyList<string?>> EventsAsync(RestoreScene scene) =>
        [.. (await kubernetes.ListAsync(KnownKinds.Event, scene.Namespace)).Where(item => item.Text("involvedObject", "kind") == "NebulaRestore").Select(item => item.Text("reason")).Distinct()];
}
