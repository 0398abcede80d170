using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Yaml;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>What the real API server makes of our definitions.</summary>
[Collection(KubernetesCollection.Name)]
[Trait("Category", "Server")]
public sealed class DefinitionServerTests(KubernetesFixture kubernetes)
{
    public static TheoryData<string, string> SeedFiles
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var version in new[] { "1.27", "1.32" })
                foreach (var file in Directory.EnumerateFiles(RepositoryRoot.Join("test", "NebulaKeep.Operator.Tests", "Seed")).Where(file => !file.Contains("patch", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
                    data.Add(version, Path.GetFileName(file));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(SeedFiles))]
    public async Task A_seed_manifest_is_created_by_kubectl_without_a_warning(string version, string file)
    {
        var inNamespace = await kubernetes.NewNamespaceAsync();
        var path = RepositoryRoot.Join("test", "NebulaKeep.Operator.Tests", "Seed", file);

        var (code, _, error) = await kubernetes.ControlPlane.KubectlAsync(["create", "-n", inNamespace, "-f", path], CancellationToken.None, program: Kubectl(version));

        (code, error).ShouldBe((0, ""));
    }

    [Fact]
    public async Task The_seeds_patch_of_a_cluster_applies()
    {
        var inNamespace = await kubernetes.NewNamespaceAsync();
        await kubernetes.CreateSeedAsync("nebulacluster.yaml", inNamespace);

        var said = await kubernetes.KubectlAsync(null, "patch", "nc", "nebula", "-n", inNamespace, "--type", "merge", "--patch-file", RepositoryRoot.Join("test", "NebulaKeep.Operator.Tests", "Seed", "nebulacluster-patch.yaml"));

        said.ShouldContain("patched");
        var stored = await kubernetes.FindAsync(CustomResources.Cluster, inNamespace, "nebula");
        stored.Text("spec", "agent", "image").ShouldBe("reg.vesoft-inc.com/cloud-dev/nebula-agent");
        stored.Items("spec", "agent", "volumeMounts").Single().Text("mountPath").ShouldBe("/usr/local/certs");
    }

    [Fact]
    public async Task The_columns_of_kubectl_get_are_upstreams()
    {
        var inNamespace = await kubernetes.NewNamespaceAsync();
        await kubernetes.CreateSeedAsync("nebulabackup-s3.yaml", inNamespace);

        var table = await kubernetes.KubectlAsync(null, "get", "nb", "-n", inNamespace);

        string.Join(' ', table.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)).ShouldBe("NAME TYPE BACKUP STATUS STARTED COMPLETED AGE");
    }

    [Fact]
    public async Task Defaults_are_filled_in()
    {
        var inNamespace = await kubernetes.NewNamespaceAsync();

        var stored = await kubernetes.Admin.CreateAsync(CustomResources.Backup, Minimal(inNamespace), CancellationToken.None);

        (stored.Text("spec", "imagePullPolicy"), stored.Number("spec", "config", "concurrency")).ShouldBe(("Always", 5L));
        stored.At("spec", "config", "clusterNamespace").ShouldBeNull("it means the object's own namespace");
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { """{"gs":{"bucket":"b"}}""", "spec.config" },
        { """{"s3":null}""", "spec.config" },
        { """{"s3":{"bucket":""}}""", "spec.config.s3.bucket" },
        { """{"s3":{"bucket":null}}""", "spec.config.s3.bucket" },
        { """{"concurrency":0}""", "spec.config.concurrency" },
        { """{"clusterName":""}""", "spec.config.clusterName" },
        { """{"clusterName":null}""", "spec.config.clusterName" },
        { """{"baseBackupName":""}""", "spec.config.baseBackupName" },
        { """{"clusterNamespace":""}""", "spec.config.clusterNamespace" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_config_is_refused_and_the_field_is_named(string change, string field)
    {
        var backup = Minimal(await kubernetes.NewNamespaceAsync());
        MergePatch.Apply((JsonObject)backup["spec"]!["config"]!, (JsonObject)JsonNode.Parse(change)!);

        var error = await Should.ThrowAsync<KubeException>(() => kubernetes.Admin.CreateAsync(CustomResources.Backup, backup, CancellationToken.None));

        error.IsInvalid.ShouldBeTrue();
        error.Message.ShouldContain(field);
    }

    public static TheoryData<string, string> WrongElsewhere => new()
    {
        { """{"gs":{"bucket":"b"}}""", "config" },
        { """{"s3":null}""", "config" },
        { """{"s3":{"bucket":""}}""", "config.s3.bucket" },
        { """{"concurrency":0}""", "config.concurrency" },
        { """{"clusterName":""}""", "config.clusterName" },
    };

    [Theory]
    [MemberData(nameof(WrongElsewhere))]
    public async Task The_same_is_refused_in_a_restore_and_in_a_schedules_template(string change, string field)
    {
        var inNamespace = await kubernetes.NewNamespaceAsync();
        var restore = ObjectFields.New(CustomResources.Restore, new NamespacedName(inNamespace, "r"));
        restore["spec"] = JsonNode.Parse("""{"config":{"clusterName":"nebula","backupName":"BACKUP_2026_11_22_08_05_13","s3":{"bucket":"b","secretName":"keys"}}}""");
        var cron = ObjectFields.New(CustomResources.CronBackup, new NamespacedName(inNamespace, "c"));
        cron["spec"] = new JsonObject { ["schedule"] = "@daily", ["backupTemplate"] = Minimal(inNamespace)["spec"]!.DeepClone() };
        await kubernetes.Admin.CreateAsync(CustomResources.Restore, (JsonObject)restore.DeepClone(), CancellationToken.None);

        foreach (var (kind, item, spec) in new[] { (CustomResources.Restore, restore, "spec"), (CustomResources.CronBackup, cron, "spec.backupTemplate") })
        {
            item.Metadata()["name"] = "wrong";
            MergePatch.Apply((JsonObject)item.At([.. spec.Split('.'), "config"])!, (JsonObject)JsonNode.Parse(change)!);
            var error = await Should.ThrowAsync<KubeException>(() => kubernetes.Admin.CreateAsync(kind, item, CancellationToken.None));
            error.IsInvalid.ShouldBeTrue(error.Message);
            error.Message.ShouldContain($"{spec}.{field}");
        }
    }

    [Theory]
    [InlineData("* * * *", null)]
    [InlineData("every day", null)]
    [InlineData("0 0 * * *", "3d")]
    [InlineData("0 0 * * *", "soon")]
    public async Task A_wrong_schedule_or_duration_is_refused(string schedule, string? kept)
    {
        var inNamespace = await kubernetes.NewNamespaceAsync();
        var cron = ObjectFields.New(CustomResources.CronBackup, new NamespacedName(inNamespace, "c"));
        cron["spec"] = new JsonObject { ["schedule"] = schedule, ["backupTemplate"] = Minimal(inNamespace)["spec"]!.DeepClone() };
        if (kept is not null) cron["spec"]!["maxReservedTime"] = kept;

        var error = await Should.ThrowAsync<KubeException>(() => kubernetes.Admin.CreateAsync(CustomResources.CronBackup, cron, CancellationToken.None));

        error.Message.ShouldContain(kept is null ? "spec.schedule" : "spec.maxReservedTime");
    }

    [Theory]
    [InlineData("@daily")]
    [InlineData("@every 1h30m")]
    [InlineData("CRON_TZ=Asia/Tokyo 0 5 * * MON-FRI")]
    [InlineData("*/5 0-6,22 1,15 JAN ?")]
    public async Task Every_form_of_a_schedule_is_taken(string schedule)
    {
        var inNamespace = await kubernetes.NewNamespaceAsync();
        var cron = ObjectFields.New(CustomResources.CronBackup, new NamespacedName(inNamespace, "c"));
        cron["spec"] = new JsonObject { ["schedule"] = schedule, ["maxReservedTime"] = "72h", ["backupTemplate"] = Minimal(inNamespace)["spec"]!.DeepClone() };

        var stored = await kubernetes.Admin.CreateAsync(CustomResources.CronBackup, cron, CancellationToken.None);

        stored.Text("spec", "concurrencyPolicy").ShouldBe("Forbid");
    }

    [Fact]
    public async Task Kubernetes_own_types_keep_every_field_also_of_later_releases()
    {
        var inNamespace = await kubernetes.NewNamespaceAsync();
        var backup = Minimal(inNamespace);
        MergePatch.Apply((JsonObject)backup["spec"]!, (JsonObject)YamlReader.ReadAll("""
            env:
            - {name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            resources: {limits: {cpu: 1, memory: 1Gi}, claims: [{name: c}]}
            affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone, matchLabelKeys: [a]}]}}
            tolerations: [{key: k, operator: Exists, tolerationSeconds: 5}]
            initContainers: [{name: i, image: x, restartPolicy: Always, resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}]
            sidecarContainers: [{name: s, image: x, lifecycle: {preStop: {sleep: {seconds: 3}}}}]
            volumes: [{name: v, projected: {sources: [{clusterTrustBundle: {name: t, path: p}}]}}]
            volumeMounts: [{name: v, mountPath: /v, recursiveReadOnly: IfPossible}]
            imagePullSecrets: [{name: p}]
            nodeSelector: {disk: fast}
            """)[0]);

        var stored = await kubernetes.Admin.CreateAsync(CustomResources.Backup, backup, CancellationToken.None);

        foreach (var (field, value) in (JsonObject)backup["spec"]!)
            if (field != "config") JsonNode.DeepEquals(stored["spec"]![field], value).ShouldBeTrue($"{field}: {stored["spec"]![field]}");
    }

    [Fact]
    public async Task What_is_written_to_the_status_with_the_object_is_not_taken()
    {
        var backup = Minimal(await kubernetes.NewNamespaceAsync());
        backup["status"] = new JsonObject { ["phase"] = "Complete" };

        (await kubernetes.Admin.CreateAsync(CustomResources.Backup, backup, CancellationToken.None)).At("status").ShouldBeNull();
    }

    /// <summary>That version if it is installed beside the one on the path; the test says so when it is not.</summary>
    static string Kubectl(string version)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "kubectl")).Where(File.Exists)
            .Select(path => Path.GetDirectoryName(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path)!);
        var found = folders.SelectMany(folder => new[] { $"kubectl.{version}", $"kubectl{version}" }.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (found is null) Assert.Skip($"kubectl {version} is not installed");
        return found;
    }

    static JsonObject Minimal(string inNamespace)
    {
        var backup = ObjectFields.New(CustomResources.Backup, new NamespacedName(inNamespace, "b"));
        backup["spec"] = JsonNode.Parse("""{"image":"br","version":"1","config":{"clusterName":"nebula","s3":{"bucket":"b","secretName":"keys"}}}""");
        return backup;
    }
}
