using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Tests.Clusters;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>Clusters on a real API server with real StatefulSet, volume and garbage collection controllers; the operator has the rights that it is installed with.</summary>
[Collection(KubernetesCollection.Name)]
[Trait("Category", "Server")]
public sealed class ClusterServerTests(KubernetesFixture kubernetes)
{
    const int SeedPods = 7;
    static readonly string[] Components = ["metad", "storaged", "graphd"];

    [Fact]
    public async Task The_seeds_cluster_becomes_ready_and_takes_the_guides_patch_pod_by_pod()
    {
        await using var scene = await ClusterScene.StartAsync(kubernetes);
        await scene.CreateAsync();
        var ready = await scene.WaitUntilReadyAsync();

        ready.ShouldSatisfyAllConditions(
            () => ready.Text("status", "version").ShouldBe("3.8.0"),
            () => ready.Text("status", "storaged", "phase").ShouldBe("Running"),
            () => ready.Number("status", "metad", "workload", "readyReplicas").ShouldBe(3),
            () => ready.At("status", "storaged", "hostsAdded")!.GetValue<bool>().ShouldBeTrue());
        scene.Daemons.Calls.ShouldBe(["add nebula-storaged-0 nebula-storaged-1 nebula-storaged-2"]);
        (await kubernetes.KubectlAsync(null, "get", "nc", "nebula", "-n", scene.Namespace)).ShouldMatch(@"nebula\s+True\s+1\s+1\s+3\s+3\s+3\s+3\s");

        scene.Kubelet.Watch(SeedPods);
        scene.Kubelet.Lets = pod => pod.Key().Name != "nebula-metad-2";
        await scene.PatchAsync(ClusterCase.Seed("nebulacluster-patch.yaml"));
        var waiting = await scene.WaitAsync(item => Condition.Find(item.At("status", "conditions"), "Ready").Text("message")?.Contains("waiting until pod 2 is ready") == true, "it waits for the first pod");

        waiting.Number("status", "observedGeneration").ShouldBe(waiting.Generation(), "a backup sees that it must wait");
        Condition.Find(waiting.At("status", "conditions"), "Ready").Text("reason").ShouldBe("WorkloadNotUpToDate");
        (await PodsWithAgentAsync(scene)).ShouldBe(["nebula-metad-2"], "nothing else is restarted while that one is missing");
        scene.Kubelet.Lets = _ => true;
        await scene.WaitUntilReadyAsync();
        scene.Kubelet.Started.ShouldBe(["nebula-metad-2", "nebula-metad-1", "nebula-metad-0", "nebula-storaged-2", "nebula-storaged-1", "nebula-storaged-0", "nebula-graphd-0"]);
        scene.Kubelet.MostMissing.ShouldBe(1);
        (await PodsWithAgentAsync(scene)).Count.ShouldBe(SeedPods);
        scene.Daemons.Calls.Skip(1).ShouldBe(["move leaders of nebula-storaged-2", "move leaders of nebula-storaged-1", "move leaders of nebula-storaged-0"]);
    }

    [Fact]
    public async Task Nothing_is_written_once_all_is_as_wanted()
    {
        await using var scene = await ClusterScene.StartAsync(kubernetes);
        await scene.CreateAsync();
        await scene.WaitUntilReadyAsync();
        var before = await scene.WaitAsync(item => Components.All(name => item.At("status", name, "volume", "provisionedDone")?.GetValue<bool>() == true), "the volumes are there");
        var (writes, looks) = (Writes(scene), scene.Daemons.Looks);

        for (var i = 0; i < 3; i++) await kubernetes.KubectlAsync(null, "annotate", "nc", "nebula", "-n", scene.Namespace, $"look=again{i}", "--overwrite");
        await using var second = RunningOperator.Start(await kubernetes.OperatorConfigAsync(scene.Running.Proxy.Address), ClusterScene.Options(scene.Namespace), daemons: scene.Daemons);
        await Eventually.TrueAsync(() => second.Log.Lines.Any(line => line.Contains("All objects are known")), "another operator knows all objects");
        await kubernetes.KubectlAsync(null, "label", "service", "nebula-graphd-svc", "-n", scene.Namespace, "app.kubernetes.io/component=other", "--overwrite");

        // The one change that somebody made is undone; it comes after all others in the same queue.
        await kubernetes.WaitForAsync(KnownKinds.Service, scene.Namespace, "nebula-graphd-svc", item => item.Label("app.kubernetes.io/component") == "graphd", "what somebody changed is put back");
        Writes(scene).Except(writes).Select(write => write.Split(' ')[1]).Distinct().ShouldBe(["services"]);
        scene.Daemons.Looks.ShouldBe(looks);
        (await kubernetes.Admin.GetAsync(CustomResources.Cluster, scene.Key, CancellationToken.None))["status"]!.ToJsonString().ShouldBe(before["status"]!.ToJsonString());
    }

    [Fact]
    public async Task A_cluster_grows_shrinks_is_suspended_and_goes_with_its_data()
    {
        await using var scene = await ClusterScene.StartAsync(kubernetes);
        await scene.CreateAsync(item => (item["spec"]!["metad"]!["replicas"], item["spec"]!["storaged"]!["replicas"], item["spec"]!["enablePVReclaim"]) = (1, 1, true));
        await scene.WaitUntilReadyAsync();

        await scene.PatchAsync(Spec("""{"storaged": {"replicas": 2, "dataVolumeClaims": [{"resources": {"requests": {"storage": "3Gi"}}}]}, "graphd": {"replicas": 2}}"""));
        await scene.WaitUntilReadyAsync();
        scene.Daemons.Calls.ShouldContain("add nebula-storaged-1");
        await kubernetes.WaitForAsync(KnownKinds.PersistentVolumeClaim, scene.Namespace, "storaged-data-nebula-storaged-0", claim => claim.Text("spec", "resources", "requests", "storage") == "3Gi", "the volume grows");
        await scene.PatchAsync(Spec("""{"storaged": {"replicas": 1}}"""));
        await scene.WaitUntilReadyAsync();
        scene.Daemons.Calls.ShouldContain("drop nebula-storaged-1");
        await kubernetes.WaitUntilGoneAsync(KnownKinds.PersistentVolumeClaim, scene.Namespace, "storaged-data-nebula-storaged-1");

        await scene.PatchAsync(Spec("""{"suspend": true}"""));
        await scene.WaitForReasonAsync("Ready", "Suspended");
        await Eventually.TrueAsync(async () => (await kubernetes.ListAsync(KnownKinds.Pod, scene.Namespace)).Count == 0, "all pods are gone", TimeSpan.FromMinutes(2));
        await scene.PatchAsync(Spec("""{"suspend": false}"""));
        await scene.WaitUntilReadyAsync();
        await scene.DeleteAsync();
        await scene.WaitUntilGoneAsync();

        await Eventually.TrueAsync(async () => (await kubernetes.ListAsync(KnownKinds.PersistentVolumeClaim, scene.Namespace)).Count == 0, "its volumes are gone", TimeSpan.FromMinutes(2));
        await kubernetes.WaitUntilGoneAsync(KnownKinds.ConfigMap, scene.Namespace, "nebula-metad");
        (await EventsAsync(scene)).ShouldContain("HostsAdded");
    }

    [Fact]
    public async Task C13_What_cannot_grow_and_what_the_schema_lets_through_is_said_in_the_status()
    {
        await using var scene = await ClusterScene.StartAsync(kubernetes);
        await scene.CreateAsync(item =>
        {
            (item["spec"]!["metad"]!["replicas"], item["spec"]!["storaged"]!["replicas"]) = (1, 1);
            item["spec"]!["metad"]!["config"] = new JsonObject { ["port"] = "nine" };
        });
        await scene.WaitForReasonAsync("Ready", "InvalidSpec");
        await scene.PatchAsync(Spec("""{"metad": {"config": null}}"""));
        await scene.WaitUntilReadyAsync();

        await scene.PatchAsync(Spec("""{"metad": {"dataVolumeClaim": {"resources": {"requests": {"storage": "1Gi"}}}}}"""));
        await scene.WaitForReasonAsync("VolumesSized", "ShrinkRefused");

        (await scene.WaitUntilReadyAsync()).At("status", "metad", "volume", "provisionedDone")!.GetValue<bool>().ShouldBeTrue();
        (await EventsAsync(scene)).ShouldContain("InvalidSpec");
    }

    static JsonObject Spec(string json) => new() { ["spec"] = JsonNode.Parse(json) };

    async Task<IReadOnlyList<string?>> EventsAsync(ClusterScene scene) =>
        [.. (await kubernetes.ListAsync(KnownKinds.Event, scene.Namespace)).Where(item => item.Text("involvedObject", "kind") == "NebulaCluster").Select(item => item.Text("reason"))];

    static async Task<IReadOnlyList<string>> PodsWithAgentAsync(ClusterScene scene) =>
        [.. (await scene.Kubernetes.ListAsync(KnownKinds.Pod, scene.Namespace)).Where(pod => pod.Items("spec", "containers").Any(container => container.Text("name") == "ng-agent")).Select(pod => pod.Key().Name)];

    static IReadOnlyList<string> Writes(ClusterScene scene) =>
        [.. scene.Running.Proxy.Requests.Where(request => request.IsWrite).Select((request, i) => $"{request.Method} {request.Resource} {i}")];
}
