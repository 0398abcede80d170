using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>Backups on a real API server with real Job and garbage collection controllers; the operator has the rights that it is installed with.</summary>
[Collection(KubernetesCollection.Name)]
[Trait("Category", "Server")]
public sealed class BackupServerTests(KubernetesFixture kubernetes)
{
    [Fact]
    public async Task A_backup_runs_and_is_complete()
    {
        var scene = await BackupScene.CreateAsync(kubernetes);
        await using var running = await StartAsync(scene);
        await scene.CreateBackupAsync();
        await scene.WaitForPhaseAsync("Running");
        running.Proxy.Logs[(await scene.Kubelet.PodOfAsync("backup-full-nb")).Key().Name] = BackupScene.Named;

        await scene.Kubelet.StartAsync("backup-full-nb");
        await kubernetes.WaitForAsync(CustomResources.Backup, scene.Namespace, "nb", item => item.Text("status", "backupName") == BackupScene.BackupName, "the name is told while it runs");
        await scene.Kubelet.CompleteAsync("backup-full-nb", BackupScene.BackupName);
        var complete = await scene.WaitForPhaseAsync("Complete");

        complete.ShouldSatisfyAllConditions(
            () => complete.Text("status", "type").ShouldBe("full"),
            () => complete.Text("status", "backupName").ShouldBe(BackupScene.BackupName),
            () => complete.Time("status", "timeCompleted").ShouldNotBeNull(),
            () => complete.Number("status", "writeBlockedMilliseconds").ShouldBe(120));
        await Eventually.TrueAsync(async () => (await scene.LockAsync()).Text("spec", "holderIdentity") == "", "the cluster is free");
        (await kubernetes.FindAsync(KnownKinds.Job, scene.Namespace, "backup-full-nb")).ShouldNotBeNull();
        await Eventually.TrueAsync(async () => (await EventsAsync(scene)).Contains("BackupComplete"), "events are written");
        new[] { "Started", "Named", "BackupComplete" }.ShouldBeSubsetOf(await EventsAsync(scene));
        (await kubernetes.KubectlAsync(null, "get", "nb", "nb", "-n", scene.Namespace)).ShouldMatch($@"nb\s+full\s+{BackupScene.BackupName}\s+Complete\s+\S+\s+\S+\s+\S+");
    }

    [Fact]
    public async Task A_backup_waits_and_says_for_what_until_it_can_start()
    {
        var scene = await BackupScene.CreateAsync(kubernetes, withCluster: false);
        await using var running = await StartAsync(scene);
        await scene.CreateBackupAsync(change: item => item["spec"]!["config"]!["s3"]!["secretName"] = "later");

        await scene.WaitForReasonAsync("Running", "ClusterNotFound");
        var cluster = await kubernetes.CreateSeedAsync("nebulacluster.yaml", scene.Namespace);
        await scene.WaitForReasonAsync("Running", "BackupDisabled");
        cluster = await kubernetes.Admin.PatchAsync(CustomResources.Cluster, cluster.Key(), new JsonObject { ["spec"] = new JsonObject { ["enableBR"] = true } }, CancellationToken.None);
        await scene.WaitForReasonAsync("Running", "ClusterNotReady");
        await kubernetes.SetReadyAsync(cluster, true);
        await scene.WaitForReasonAsync("Running", "SecretNotFound");
        await kubernetes.CreateSecretAsync(scene.Namespace, "later", ("access_key", "a"), ("secret_key", "b"));

        // Secrets are not watched; a change of the object makes it look at once.
        await kubernetes.KubectlAsync(null, "annotate", "nb", "nb", "-n", scene.Namespace, "look=again");
        await scene.WaitForPhaseAsync("Running");
    }

    [Fact]
    public async Task Two_backups_of_a_cluster_run_one_after_the_other()
    {
        var scene = await BackupScene.CreateAsync(kubernetes);
        await using var running = await StartAsync(scene);
        await scene.CreateBackupAsync("first");
        await scene.WaitForPhaseAsync("Running", "first");
        await scene.CreateBackupAsync("second");

        await scene.WaitForReasonAsync("Running", "WaitingForBackup", "second");
        (await kubernetes.FindAsync(KnownKinds.Job, scene.Namespace, "backup-full-second")).ShouldBeNull();
        await scene.Kubelet.EndAsync("backup-full-first", 1, """{"event":"failed","message":"the store is full"}""");

        (await scene.WaitForReasonAsync("Failed", "BackupFailed", "first")).Text("status", "phase").ShouldBe("Failed");
        await scene.WaitForPhaseAsync("Running", "second");
    }

    [Fact]
    public async Task B13_a_pod_of_somebody_else_with_the_Jobs_labels_is_not_listened_to()
    {
        var scene = await BackupScene.CreateAsync(kubernetes);
        await using var running = await StartAsync(scene);
        await scene.CreateBackupAsync();
        await scene.WaitForPhaseAsync("Running");
        var ours = await scene.Kubelet.PodOfAsync("backup-full-nb");

        await scene.Kubelet.FailLookalikeAsync(ours);
        await kubernetes.KubectlAsync(null, "annotate", "nb", "nb", "-n", scene.Namespace, "look=again");
        await scene.Kubelet.EndBesideSidecarAsync(ours, "s", BackupScene.BackupName);

        (await scene.WaitForPhaseAsync("Complete")).Text("status", "backupName").ShouldBe(BackupScene.BackupName);
        (await EventsAsync(scene)).ShouldNotContain("BackupFailed");
    }

    [Fact]
    public async Task A_failure_says_why_and_the_Job_is_removed_where_that_is_asked_for()
    {
        var scene = await BackupScene.CreateAsync(kubernetes);
        await using var running = await StartAsync(scene);
        await scene.CreateBackupAsync(change: item => item["spec"]!["autoRemoveFinished"] = true);

        await scene.Kubelet.EndAsync("backup-full-nb", 1, """{"event":"failed","message":"the bucket is not there"}""");

        var failed = await scene.WaitForPhaseAsync("Failed");
        Condition.Find(failed.At("status", "conditions"), "Failed").Text("message").ShouldBe("the bucket is not there");
        await kubernetes.WaitUntilGoneAsync(KnownKinds.Job, scene.Namespace, "backup-full-nb");
        (await scene.WaitForPhaseAsync("Failed")).Text("status", "phase").ShouldBe("Failed");
    }

    [Fact]
    public async Task Deleting_a_complete_backup_removes_its_data_first_where_that_is_asked_for()
    {
        var scene = await BackupScene.CreateAsync(kubernetes);
        await using var running = await StartAsync(scene);
        await scene.CreateBackupAsync(change: item => item["spec"]!["cleanBackupData"] = true);
        await scene.Kubelet.CompleteAsync("backup-full-nb", BackupScene.BackupName);
        await scene.WaitForPhaseAsync("Complete");

        await scene.DeleteAsync();
        await scene.Kubelet.EndAsync("clean-nb", 0, $$"""{"event":"complete","name":"{{BackupScene.BackupName}}"}""");

        await scene.WaitUntilGoneAsync();
        await kubernetes.WaitUntilGoneAsync(KnownKinds.Job, scene.Namespace, "clean-nb");
        await kubernetes.WaitUntilGoneAsync(KnownKinds.Job, scene.Namespace, "backup-full-nb");
    }

    [Fact]
    public async Task Deleting_a_running_backup_stops_it_and_removes_what_it_left()
    {
        var scene = await BackupScene.CreateAsync(kubernetes);
        await using var running = await StartAsync(scene);
        await scene.CreateBackupAsync();
        running.Proxy.Logs[(await scene.Kubelet.PodOfAsync("backup-full-nb")).Key().Name] = BackupScene.Named;
        await scene.Kubelet.StartAsync("backup-full-nb");

        await scene.DeleteAsync();

        await kubernetes.WaitUntilGoneAsync(KnownKinds.Job, scene.Namespace, "backup-full-nb");
        await scene.Kubelet.EndAsync("clean-nb", 1, """{"event":"failed","reason":"NothingToClean","message":"nothing of it is there"}""");
        await scene.WaitUntilGoneAsync();
        (await scene.LockAsync()).Text("spec", "holderIdentity").ShouldBe("");
    }

    [Fact]
    public async Task A_namespace_with_backups_can_be_deleted()
    {
        var scene = await BackupScene.CreateAsync(kubernetes);
        await using var running = await StartAsync(scene);
        await scene.CreateBackupAsync(change: item => item["spec"]!["cleanBackupData"] = true);
        await scene.Kubelet.CompleteAsync("backup-full-nb", BackupScene.BackupName);
        await scene.WaitForPhaseAsync("Complete");

        await kubernetes.Admin.DeleteAsync(KnownKinds.Namespace, new NamespacedName("", scene.Namespace), new Kubernetes.Client.DeleteOptions(), CancellationToken.None);

        await scene.WaitUntilGoneAsync();
    }

    [Fact]
    public async Task Upstreams_image_works_with_the_name_from_its_log()
    {
        var scene = await BackupScene.CreateAsync(kubernetes);
        await using var running = await StartAsync(scene);
        await scene.CreateBackupAsync(change: item => item.Metadata()["annotations"] = new JsonObject { ["apps.nebula-graph.io/br-flavor"] = "upstream" });
        var pod = await scene.Kubelet.PodOfAsync("backup-full-nb");
        running.Proxy.Logs[pod.Key().Name] = $$"""
            {"level":"info","meta address":"127.0.1.1:9559","msg":"Try to connect meta service."}
            {"level":"info","msg":"Ensure backup root dir.","name":"{{BackupScene.BackupName}}"}
            Backup succeed.
            """;

        await scene.Kubelet.EndAsync("backup-full-nb", 0, "");

        (await scene.WaitForPhaseAsync("Complete")).Text("status", "backupName").ShouldBe(BackupScene.BackupName);
    }

    [Fact]
    public async Task No_credential_is_seen_anywhere()
    {
        var scene = await BackupScene.CreateAsync(kubernetes);
        await kubernetes.CreateSecretAsync(scene.Namespace, "gcs-secret", ("credentials", """{"private_key":"canary-google"}"""));
        await using var running = await StartAsync(scene);
        await scene.CreateBackupAsync("one", item => item["spec"]!["cleanBackupData"] = true);
        await scene.Kubelet.CompleteAsync("backup-full-one", BackupScene.BackupName);
        await scene.WaitForPhaseAsync("Complete", "one");
        await kubernetes.CreateSeedAsync("nebulabackup-gs.yaml", scene.Namespace, item => item.Metadata()["name"] = "two");
        await scene.Kubelet.EndAsync("backup-full-two", 1, """{"event":"failed","message":"no"}""");
        await scene.WaitForPhaseAsync("Failed", "two");
        await scene.DeleteAsync("one");
        await scene.Kubelet.PodOfAsync("clean-one");
        var metrics = await new HttpClient().GetStringAsync(new Uri($"http://127.0.0.1:{running.Operator.Host.MetricsPort}/metrics"));

        List<string> seen = [metrics, .. running.Operator.Log.Lines, .. running.Proxy.Requests.Select(request => $"{request.Method} {request.Path}{request.Query} {request.Body}")];
        foreach (var kind in new[] { CustomResources.Backup, KnownKinds.Job, KnownKinds.Pod, KnownKinds.Event, KnownKinds.Lease, KnownKinds.ConfigMap })
            seen.AddRange((await kubernetes.ListAsync(kind, scene.Namespace)).Select(item => item.ToJsonString()));

        string[] canaries = ["canary-access", "canary-secret", "canary-token", "canary-google"];
        foreach (var text in seen)
            foreach (var canary in canaries.SelectMany(canary => new[] { canary, Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(canary))[..^4] }))
                text.ShouldNotContain(canary, Case.Sensitive);
        seen.Count.ShouldBeGreaterThan(50, "there was something to look at");
    }

    async Task<ProxiedOperator> StartAsync(BackupScene scene) => await ProxiedOperator.StartAsync(kubernetes, RunningOperator.Options(scene.Namespace));

    async Task<IReadOnlyList<string?>> EventsAsync(BackupScene scene) =>
        [.. (await kubernetes.ListAsync(KnownKinds.Event, scene.Namespace)).Where(item => item.Text("involvedObject", "kind") == "NebulaBackup").Select(item => item.Text("reason"))];
}
