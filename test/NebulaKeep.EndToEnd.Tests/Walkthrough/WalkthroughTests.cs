using System.Text.Json.Nodes;
using NebulaKeep.EndToEnd.Tests.Harness;

namespace NebulaKeep.EndToEnd.Tests.Walkthrough;

/// <summary>
/// The guide "Backups with mTLS, step by step", as a user walks it: the commands are the page's own. The tests are steps of one walk and run in
/// the order of their names.
/// </summary>
[Trait("Category", "Server")]
[TestCaseOrderer(typeof(InOrder))]
public sealed class WalkthroughTests(Guide guide, ITestOutputHelper output) : IClassFixture<Guide>
{
    readonly Backups backups = new(guide);

    [Fact]
    public async Task A_The_operator_is_installed_from_a_registry_that_wants_a_password()
    {
        await guide.WalkAsync(1);

        (await guide.KubectlAsync("get", "deployment", "nebula-operator", "-n", "nebula-system")).ShouldContain("2/2");
    }

    [Fact]
    public async Task B_A_cluster_with_mTLS_and_certificates_that_renew_themselves_gets_ready()
    {
        await guide.WalkAsync(2);
        await guide.PushAsync("nebula-certs", "reg.vesoft-inc.com/cloud-dev/nebula-certs:v3.7.0", guide.Folder);
        await guide.WalkAsync(3);

        (await guide.KubectlAsync("get", "nc", "nebula")).ShouldMatch(@"nebula\s+True\s+2\s+2\s+3\s+3\s+3\s+3");
        await StartClientAsync();
        await LoadAsync("--vertices", "6000", "--edges", "8000");
    }

    [Fact]
    public async Task C_Agents_are_added_by_a_rolling_update_that_no_client_notices()
    {
        await using var client = SteadyClient.Start(guide.ConnectAsync);

        await guide.WalkAsync(4);

        (await client.StopAsync()).ShouldBeEmpty();
        client.Done.ShouldBeGreaterThan(1000);
        output.WriteLine($"{client.Done} statements, {client.Repeated} tries repeated, the slowest took {client.Slowest.TotalSeconds:F1} s");
    }

    [Fact]
    public async Task D_Full_backups_to_S3_and_to_Google_complete_and_kubectl_shows_what_the_guide_shows()
    {
        await guide.WalkAsync(5);
        guide.Digest = await guide.DigestAsync("nebula");
        var shown = await guide.WalkAsync(6);
        output.WriteLine(shown);
        var google = await guide.WalkAsync(7);
        output.WriteLine(google);

        shown.ShouldMatch(@"NAME\s+TYPE\s+BACKUP\s+STATUS\s+STARTED\s+COMPLETED\s+AGE\nmtls-backup-s3\s+full\s+BACKUP_\d{4}(_\d\d){5}\s+Complete\s+\d+m?\d*s\s+\d+s\s+\d+m?\d*s");
        shown.ShouldMatch(@"backup-full-mtls-backup-s3\s+1/1");
        shown.ShouldMatch(@"backup-full-mtls-backup-s3-\w+\s+0/1\s+Completed");
        google.ShouldMatch(@"mtls-backup-gs\s+full\s+BACKUP_\d{4}(_\d\d){5}\s+Complete");
        await GoneAsync("job", "backup-full-mtls-backup-gs");
        guide.Gcs.Buckets.All(Guide.GcsBucket).Select(entry => entry.Name).ShouldContain(name => name.EndsWith("/manifest.json", StringComparison.Ordinal));
        (await Bucket.KeysAsync()).ShouldContain(key => key.EndsWith("/manifest.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task E1_A_schedule_is_started()
    {
        (await guide.WalkAsync(9)).ShouldContain("every-minute");
    }

    [Fact]
    public async Task E2_An_incremental_backup_has_its_base()
    {
        var shown = await guide.WalkAsync(8);

        shown.ShouldMatch(@"mtls-backup-s3-incr\s+incr\s+BACKUP_\d{4}(_\d\d){5}\s+Complete");
    }

    [Fact]
    public async Task E3_Another_namespace_may_back_up_once_the_clusters_owner_agrees()
    {
        await guide.WalkAsync(10, block: 0);
        (await backups.UntilReasonAsync("from-elsewhere", "CrossNamespaceDenied", "team"))
            .ShouldBe("The cluster default/nebula does not allow backups from the namespace team. Its owner allows them with the annotation apps.nebula-graph.io/backup-namespaces: team");

        await guide.WalkAsync(10, block: 1);
    }

    [Fact]
    public async Task F01_A_wrong_password_of_the_registry_is_named_while_it_waits()
    {
        await guide.ShellAsync("kubectl create secret docker-registry wrong-pull-secret --docker-server=reg.vesoft-inc.com --docker-username=puller --docker-password=wrong");
        await backups.CreateAsync("wrong-password", spec => spec["imagePullSecrets"]![0]!["name"] = "wrong-pull-secret");

        var status = await backups.UntilAsync("wrong-password", json => json.ToJsonString().Contains("ErrImagePull") || json.ToJsonString().Contains("ImagePullBackOff"), 2);

        output.WriteLine(Running(status));
        Running(status).ShouldStartWith("Container ng-backup cannot start: ");
        await backups.DeleteAsync("wrong-password");
    }

    [Fact]
    public async Task F02_A_wrong_key_of_the_store_fails_and_says_that_the_store_refused_it()
    {
        guide.Write("wrong/secret_key", "not-the-key");
        await guide.ShellAsync("kubectl create secret generic wrong-s3-secret --from-file=access_key --from-file=wrong/secret_key");
        await FailsAsync("wrong-key", spec => S3(spec)["secretName"] = "wrong-s3-secret", "SignatureDoesNotMatch: The secret key is wrong");
    }

    [Fact]
    public async Task F03_A_Secret_that_lacks_a_key_is_waited_for()
    {
        await guide.ShellAsync("kubectl create secret generic half-s3-secret --from-file=access_key");
        await backups.CreateAsync("half-secret", spec => S3(spec)["secretName"] = "half-s3-secret");

        (await backups.UntilReasonAsync("half-secret", "SecretKeyMissing"))
            .ShouldBe("The Secret default/half-s3-secret with the credentials of the S3 store has no value under secret_key; it needs access_key and secret_key.");
        await backups.DeleteAsync("half-secret");
    }

    [Fact]
    public Task F04_A_bucket_that_is_missing_is_named() => FailsAsync("no-bucket", spec => S3(spec)["bucket"] = "no-such-bucket", "s3://no-such-bucket at");

    [Fact]
    public async Task F05_A_certificate_of_another_CA_is_refused_by_both_sides()
    {
        await guide.ShellAsync("""
            nebula-certs issue --out foreign --ca-dir foreign-ca --server-name x
            kubectl create secret generic foreign --from-file=root.crt=foreign/root.crt --from-file=client.crt=foreign/client.crt --from-file=client.key=foreign/client.key
            kubectl create secret generic stranger --from-file=root.crt=certs/root.crt --from-file=client.crt=foreign/client.crt --from-file=client.key=foreign/client.key
            """);

        await FailsAsync("foreign-ca", spec => Certificates(spec, "foreign"), "does not chain to the trusted CA");
        await FailsAsync("foreign-client", spec => Certificates(spec, "stranger"), "the server refuses this client's certificate");
    }

    [Fact]
    public async Task F06_An_expired_certificate_is_said_to_be_expired()
    {
        guide.IssueExpired("expired");
        await guide.ShellAsync("kubectl create secret generic expired --from-file=root.crt=certs/root.crt --from-file=client.crt=expired/client.crt --from-file=client.key=expired/client.key");

        await FailsAsync("expired", spec => Certificates(spec, "expired"), ", which expired at ");
    }

    [Fact]
    public async Task F07_A_base_of_another_cluster_is_refused()
    {
        await using var other = await LocalCluster.StartAsync();
        await other.LoadAsync(vertices: 50, edges: 50);
        var name = await guide.BackUpElsewhereAsync(other);

        await FailsAsync("foreign-base", spec => spec["config"]!["baseBackupName"] = name, "another cluster");
        await guide.CleanUpElsewhereAsync(other, name);
    }

    [Fact]
    public async Task F08_A_cluster_without_agents_is_not_backed_up_until_it_has_them()
    {
        await guide.KubectlAsync("""{"apiVersion": "apps.nebula-graph.io/v1alpha1", "kind": "NebulaCluster", "metadata": {"name": "plain"}, "spec": {"suspend": true, "metad": {"replicas": 1, "image": "vesoft/nebula-metad", "version": "v3.8.0", "dataVolumeClaim": {"resources": {"requests": {"storage": "1Gi"}}}}, "storaged": {"replicas": 1, "image": "vesoft/nebula-storaged", "version": "v3.8.0", "dataVolumeClaims": [{"resources": {"requests": {"storage": "1Gi"}}}]}, "graphd": {"replicas": 1, "image": "vesoft/nebula-graphd", "version": "v3.8.0"}}}""", ["create", "-f", "-"]);
        await backups.CreateAsync("without-agents", spec => spec["config"]!["clusterName"] = "plain");

        (await backups.UntilReasonAsync("without-agents", "BackupDisabled")).ShouldBe("The cluster default/plain runs no backup agents: set its spec.enableBR to true.");
        await backups.DeleteAsync("without-agents");
        await guide.KubectlAsync("delete", "nc", "plain");
    }

    [Fact]
    public async Task F09_Br_that_gets_too_little_memory_is_said_to_need_more()
    {
        await FailsAsync("too-small", spec => spec["resources"] = new JsonObject { ["limits"] = new JsonObject { ["memory"] = "12Mi" } }, "br needed more memory than spec.resources.limits.memory allows");
    }

    [Fact]
    public async Task F10_A_storaged_that_is_down_is_waited_for()
    {
        string says;
        await guide.KubectlAsync("cordon", "node1");
        try
        {
            await guide.KubectlAsync("delete", "pod", "nebula-storaged-2");
            await backups.CreateAsync("storaged-down", _ => { });
            says = await backups.UntilReasonAsync("storaged-down", "ClusterNotReady");
        }
        finally
        {
            await guide.KubectlAsync("uncordon", "node1");
        }

        says.ShouldStartWith("The cluster default/nebula is not ready: ");
        says.ShouldContain("storaged");
        (await backups.EndOfAsync("storaged-down")).Phase.ShouldBe("Complete");
    }

    [Fact]
    public async Task F11_A_schedule_keeps_what_it_is_told_to_keep()
    {
        await Guide.UntilAsync(async () => await EventsAsync("BackupCreated") >= 3 && await EventsAsync("BackupDeleted") >= 1, "three runs, and one that was too old", 4);

        (await guide.GetAsync("ncb", "every-minute"))!["status"]!["lastSuccessfulTime"].ShouldNotBeNull();
        await guide.KubectlAsync("patch", "ncb", "every-minute", "--type", "merge", "-p", """{"spec": {"pause": true}}""");
    }

    [Fact]
    public async Task G1_A_gibibyte_is_backed_up_within_the_limits_while_all_certificates_are_rotated()
    {
        await LoadAsync("--vertices", "6000", "--edges", "18000", "--note-bytes", "8192", "--edition", "1");
        await using var meter = PodMeter.Start(() => guide.KubectlAsync("get", "--raw", "/api/v1/nodes/node1/proxy/stats/summary"));
        await using var rotation = CertificateRotation.Start(guide);
        await rotation.BothTrustedAsync();
        await backups.CreateAsync("gibibyte", CertificatesOfTheCluster);
        var end = await backups.EndOfAsync("gibibyte");
        var rounds = await rotation.StopAsync();

        end.Phase.ShouldBe("Complete", end.Message);
        rounds.Leaves.ShouldBeGreaterThan(2);
        var bytes = (await guide.GetAsync("nb", "gibibyte"))!["status"]!["progress"]!["bytes"]!.GetValue<long>();
        bytes.ShouldBeGreaterThan(1L << 30);
        var (br, agent) = (meter.Peaks["ng-backup"], meter.Peaks["ng-agent"]);
        output.WriteLine($"{bytes >> 20} MiB; br {br.Memory >> 20} MiB, {br.NanoCores / 1e9:F2} cores; agent {agent.Memory >> 20} MiB, {agent.NanoCores / 1e9:F2} cores; leaf certificates rotated {rounds.Leaves} times, the CA {rounds.Authorities} times");
        br.Memory.ShouldBeLessThan(300L << 20);
        agent.Memory.ShouldBeLessThan(1024L << 20);
    }

    [Fact]
    public async Task G2_A_pod_that_is_evicted_leaves_nothing_behind_and_the_Job_starts_another()
    {
        await backups.CreateAsync("evicted", _ => { });
        var pod = await backups.UntilMovingAsync("evicted");
        var eviction = new JsonObject { ["apiVersion"] = "policy/v1beta1", ["kind"] = "Eviction", ["metadata"] = new JsonObject { ["name"] = pod, ["namespace"] = "default" } };
        await guide.KubectlAsync(eviction.ToJsonString(), ["create", "--raw", $"/api/v1/namespaces/default/pods/{pod}/eviction", "-f", "-"]);

        // The second pod's br would refuse to begin, had the first left its checkpoint or its lease.
        var end = await backups.EndOfAsync("evicted");
        end.Phase.ShouldBe("Complete", end.Message);
        (await guide.KubectlAsync("get", "pod", "-l", "apps.nebula-graph.io/backup=evicted", "-o", "name")).ShouldNotContain(pod);
        await backups.DeleteAsync("evicted");
    }

    [Fact]
    public async Task G3_A_node_that_restarts_fails_the_backup_and_the_cluster_comes_back()
    {
        await backups.CreateAsync("restarted", _ => { });
        await backups.UntilMovingAsync("restarted");
        await guide.Kubernetes.ScriptAsync("restart-node.sh", TestContext.Current.CancellationToken);

        var end = await backups.EndOfAsync("restarted");
        end.Phase.ShouldBe("Failed");
        // Whichever is ended first: br itself, or the agents that it talks to.
        output.WriteLine(end.Message);
        end.Message.ShouldMatch("exit code 137|the connection failed");
        await guide.KubectlAsync("wait", "nc", "nebula", "--for", "condition=Ready", "--timeout", "5m");
        await CanWriteAsync();
    }

    [Fact]
    public async Task G4_The_next_backup_removes_what_the_killed_one_left_and_completes()
    {
        var killed = (await guide.GetAsync("nb", "restarted"))!["status"]!["backupName"]?.GetValue<string>();
        await backups.CreateAsync("after-restart", _ => { });

        // br waits until the killed one's lease is over: two minutes.
        var end = await backups.EndOfAsync("after-restart");
        end.Phase.ShouldBe("Complete", end.Message);
        (await Bucket.KeysAsync()).ShouldNotContain(key => key.Contains(".nebulakeep/running/", StringComparison.Ordinal) || (killed != null && key.Contains(killed, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task H_A_new_cluster_is_made_from_a_backup_and_holds_what_the_old_one_held_then()
    {
        output.WriteLine(await guide.WalkAsync(11));

        guide.Digest.ShouldContain("social vertices=");
        (await guide.DigestAsync("second")).ShouldBe(guide.Digest);
    }

    [Fact]
    public async Task I_Everything_is_deleted_and_nothing_of_ours_is_left()
    {
        var names = await guide.KubectlAsync("get", "nb", "-A", "-o", "jsonpath={.items[*].status.backupName}");
        names.ShouldContain("BACKUP_");

        await guide.WalkAsync(12);

        await GoneAsync("nc", "nebula");
        await GoneAsync("nc", "second");
        await Guide.UntilAsync(async () => (await guide.KubectlAsync("get", "statefulset,service,configmap,job,pvc,lease", "-l", "app.kubernetes.io/managed-by=nebula-operator", "-A")).Length == 0, "objects stay", 2);
        (await Bucket.KeysAsync()).ShouldBeEmpty();
        guide.NotWalked.ShouldBeEmpty();
    }

    BucketReader Bucket => new(guide.Ceph, Guide.Bucket, guide.Folder);

    static JsonNode S3(JsonNode spec) => spec["config"]!["s3"]!;

    static string Running(JsonNode status) => status["conditions"]!.AsArray().Single(condition => condition!["type"]!.GetValue<string>() == "Running")!["message"]!.GetValue<string>();

    /// <summary>br's certificates from a Secret instead of the image.</summary>
    static void Certificates(JsonNode spec, string secret)
    {
        spec["volumes"] = new JsonArray(new JsonObject { ["name"] = "credentials", ["secret"] = new JsonObject { ["secretName"] = secret } });
        ((JsonObject)spec).Remove("initContainers");
    }

    /// <summary>br's certificates from the Secrets that the cluster names, which the rotation keeps up to date; the image's are as old as it is.</summary>
    static void CertificatesOfTheCluster(JsonNode spec)
    {
        foreach (var field in new[] { "env", "initContainers", "volumes", "volumeMounts" }) ((JsonObject)spec).Remove(field);
    }

    /// <summary>A backup that must fail with a text, and then goes without a trace.</summary>
    async Task FailsAsync(string name, Action<JsonNode> change, string says)
    {
        await backups.CreateAsync(name, change);
        var (phase, message) = await backups.EndOfAsync(name);
        output.WriteLine($"{name}: {message}");
        phase.ShouldBe("Failed");
        message.ShouldContain(says, Case.Sensitive);
        await backups.DeleteAsync(name);
    }

    async Task CanWriteAsync() => await Guide.UntilAsync(async () =>
    {
        try
        {
            await guide.NgqlAsync("USE social", "INSERT VERTEX person(name) VALUES \"after\":(\"after\")");
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }, "writes stay refused", 1);

    async Task<int> EventsAsync(string reason) =>
        (await guide.KubectlAsync("get", "events", "--field-selector", $"involvedObject.name=every-minute,reason={reason}", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    async Task GoneAsync(string kind, string name) =>
        await Guide.UntilAsync(async () => await guide.GetAsync(kind, name) is null, $"{kind} {name} stays", 2);

    async Task StartClientAsync()
    {
        await guide.KubectlAsync(ClientPod, ["create", "-f", "-"]);
        await guide.KubectlAsync("wait", "pod", "client", "--for", "condition=Ready", "--timeout", "2m");
    }

    Task<string> LoadAsync(params string[] size) =>
        guide.KubectlAsync(["exec", "client", "--", "nebula-dev", "load", "--graphd", $"{Guide.Graphd}:9669", .. size]);

    const string ClientPod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: client}
        spec:
          imagePullSecrets: [{name: registry}]
          terminationGracePeriodSeconds: 0
          containers:
          - name: client
            image: vesoft/nebula-graphd:v3.8.0
            command: [/bin/sleep, "86400"]
            env:
            - {name: CA_CERT_PATH, value: /certs/root.crt}
            - {name: CLIENT_CERT_PATH, value: /certs/tls.crt}
            - {name: CLIENT_KEY_PATH, value: /certs/tls.key}
            volumeMounts: [{name: certs, mountPath: /certs, readOnly: true}]
          volumes:
          - name: certs
            projected:
              sources:
              - secret: {name: nebula-client}
              - secret: {name: nebula-ca, items: [{key: ca.crt, path: root.crt}]}
        """;
}
