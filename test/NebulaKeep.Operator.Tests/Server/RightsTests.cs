using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Yaml;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>The rights in <c>deploy</c> are enough, and no more than what is used.</summary>
[Collection(KubernetesCollection.Name)]
[Trait("Category", "Server")]
public sealed class RightsTests(KubernetesFixture kubernetes)
{
    // Demanded by an admission plugin that is not on here, never sent as a request.
    static readonly string[] NotRequests = ["update nebulabackups/finalizers", "update nebulacronbackups/finalizers", "update nebulaclusters/finalizers"];

    [Fact]
    public async Task Every_right_is_used_and_nothing_is_refused()
    {
        var scene = await BackupScene.CreateAsync(kubernetes);
        await using var running = await ProxiedOperator.StartAsync(kubernetes, RunningOperator.Options() with
        {
            Leader = new() { Elect = true, Namespace = "nebula-system" },
        });
        await CancelOneAsync(scene, running.Proxy);
        await RunOneWithSidecarAsync(scene);
        await ScheduleAsync(scene);
        await HappenTwiceAsync(scene);
        await using var clusters = await ClusterScene.StartAsync(kubernetes);
        await LiveAndGoAsync(clusters);
        await using var restores = await RestoreScene.StartAsync(kubernetes);
        await BreakOffAsync(restores);

        var used = running.Proxy.Requests.Concat(clusters.Running.Proxy.Requests).Concat(restores.Running.Proxy.Requests).Where(request => request.IsResource).Select(request => $"{request.Verb} {request.Resource}").Where(right => right != "get version").Distinct().Order(StringComparer.Ordinal).ToList();
        Granted().Except(NotRequests).Order(StringComparer.Ordinal).ShouldBe(used);
        running.Operator.Log.Lines.Concat(clusters.Running.Operator.Log.Lines).Concat(restores.Running.Operator.Log.Lines).ShouldNotContain(line => line.Contains("Forbidden", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Secrets_cannot_be_listed_and_nothing_else_of_the_cluster_be_changed()
    {
        using var client = new NebulaKeep.Kubernetes.Client.KubeClient(await kubernetes.OperatorConfigAsync(), new(), TimeProvider.System);

        foreach (var (verb, kind) in new[] { ("list", KnownKinds.Secret), ("create", KnownKinds.Secret), ("create", KnownKinds.Pod), ("create", CustomResources.Restore), ("delete", CustomResources.Restore), ("delete", KnownKinds.Namespace), ("delete", KnownKinds.Service), ("delete", KnownKinds.PersistentVolume) })
            (await client.IsAllowedAsync(new(verb, kind), CancellationToken.None)).ShouldBeFalse($"{verb} {kind}");
    }

    /// <summary>A cluster that comes up only when its image is corrected, grows, and goes with its data.</summary>
    static async Task LiveAndGoAsync(ClusterScene scene)
    {
        scene.Kubelet.Lets = pod => pod.Items("spec", "containers").First().Text("image")!.EndsWith(":v3.8.0", StringComparison.Ordinal);
        await scene.CreateAsync(item => (item["spec"]!["metad"]!["version"], item["spec"]!["enablePVReclaim"], item["spec"]!["storaged"]!["replicas"]) = ("typo", true, 1));
        await scene.WaitForReasonAsync("Ready", "MetadUnhealthy");
        await scene.PatchAsync((JsonObject)JsonNode.Parse("""{"spec": {"metad": {"version": "v3.8.0", "dataVolumeClaim": {"resources": {"requests": {"storage": "3Gi"}}}}}}""")!);
        await scene.WaitUntilReadyAsync();
        await scene.DeleteAsync();
        await scene.WaitUntilGoneAsync();
    }

    /// <summary>A restore whose pods never have their data, and that takes its cluster along.</summary>
    static async Task BreakOffAsync(RestoreScene scene)
    {
        scene.Kubelet.Lets = _ => false;
        await scene.CreateAsync();
        await scene.WaitForPhaseAsync("Running");
        await scene.DeleteAsync();
        await scene.WaitUntilGoneAsync();
    }

    async Task CancelOneAsync(BackupScene scene, ApiServerProxy proxy)
    {
        await scene.CreateBackupAsync();
        proxy.Logs[(await scene.Kubelet.PodOfAsync("backup-full-nb")).Key().Name] = BackupScene.Named;
        await scene.Kubelet.StartAsync("backup-full-nb");
        await scene.DeleteAsync();
        await scene.Kubelet.CompleteAsync("clean-nb", BackupScene.BackupName);
        await scene.WaitUntilGoneAsync();
    }

    async Task RunOneWithSidecarAsync(BackupScene scene)
    {
        await scene.CreateBackupAsync("side", item => item["spec"]!["sidecarContainers"] = new JsonArray(new JsonObject { ["name"] = "side", ["image"] = "x" }));
        var pod = await scene.Kubelet.PodOfAsync("backup-full-side");
        await scene.Kubelet.EndBesideSidecarAsync(pod, "side", BackupScene.BackupName);
        await scene.WaitForPhaseAsync("Complete", "side");
        await kubernetes.WaitForAsync(KnownKinds.Job, scene.Namespace, "backup-full-side", job => job.Number("spec", "parallelism") == 0, "the sidecar is stopped");
    }

    /// <summary>What happens again to one object is counted in its event instead of making another.</summary>
    async Task HappenTwiceAsync(BackupScene scene)
    {
        await SetAgentsAsync(scene, false);
        await scene.CreateBackupAsync("again");
        await scene.WaitForReasonAsync("Running", "BackupDisabled", "again");
        await SetAgentsAsync(scene, true);
        await scene.WaitForReasonAsync("Running", "ClusterNotReady", "again");
        await SetAgentsAsync(scene, false);
        await scene.WaitForReasonAsync("Running", "BackupDisabled", "again");
        await Eventually.TrueAsync(async () => (await kubernetes.ListAsync(KnownKinds.Event, scene.Namespace)).Any(item => item.Text("reason") == "BackupDisabled" && item.Number("count") == 2), "the event is counted up");
    }

    Task<JsonObject> SetAgentsAsync(BackupScene scene, bool on) => kubernetes.Admin.PatchAsync(
        CustomResources.Cluster, new NamespacedName(scene.Namespace, "nebula"), new JsonObject { ["spec"] = new JsonObject { ["enableBR"] = on } }, CancellationToken.None);

    async Task ScheduleAsync(BackupScene scene)
    {
        var cron = ObjectFields.New(CustomResources.CronBackup, new NamespacedName(scene.Namespace, "often"));
        var template = ((JsonObject)YamlReader.ReadAll(await File.ReadAllTextAsync(RepositoryRoot.Join("test", "NebulaKeep.Operator.Tests", "Seed", "nebulabackup-s3.yaml")))[0])["spec"]!.DeepClone();
        cron["spec"] = new JsonObject { ["schedule"] = "@every 1s", ["maxReservedBackups"] = 1, ["maxReservedTime"] = "1s", ["backupTemplate"] = template };
        ((JsonObject)template).Remove("image");
        await kubernetes.Admin.CreateAsync(CustomResources.CronBackup, cron, CancellationToken.None);
        // Without an image each of them is invalid at once, and soon too old.
        await kubernetes.WaitForAsync(CustomResources.CronBackup, scene.Namespace, "often", item => item.Text("status", "backupCleanTime") is not null, "an old backup is deleted", TimeSpan.FromSeconds(60));
        await kubernetes.KubectlAsync(null, "delete", "ncb", "often", "-n", scene.Namespace);
    }

    static IReadOnlyList<string> Granted() =>
        [.. from document in YamlReader.ReadAll(File.ReadAllText(RepositoryRoot.Join("deploy", "operator", "rbac.yaml"))).OfType<JsonObject>()
            from rule in document.Items("rules")
            from resource in rule["resources"]!.AsArray()
            from verb in rule["verbs"]!.AsArray()
            select $"{verb!.GetValue<string>()} {resource!.GetValue<string>()}"];
}
