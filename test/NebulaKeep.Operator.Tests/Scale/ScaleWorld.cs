using System.Globalization;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Shared;
using NebulaKeep.Operator.Tests.Server;

namespace NebulaKeep.Operator.Tests.Scale;

/// <summary>
/// Many namespaces with a cluster and its backups each, as an operator that has worked there for long leaves them: clusters that have
/// registered their storageds, backups that are complete, and in a few namespaces one that is new.
/// </summary>
sealed class ScaleWorld(KubernetesFixture kubernetes)
{
    public const int Clusters = 200;
    public const int Backups = 5_000;
    public const int ActiveBackups = 10;
    public const int PodsOfACluster = 7;

    const int BackupsOfACluster = Backups / Clusters;
    static readonly ParallelOptions Width = new() { MaxDegreeOfParallelism = 16 };
    static readonly DateTimeOffset Day = new(2026, 11, 1, 3, 0, 0, TimeSpan.Zero);

    public Task CreateAsync() => Parallel.ForEachAsync(Enumerable.Range(0, Clusters), Width, async (number, cancellation) =>
    {
        var home = $"scale-{number}";
        await kubernetes.Admin.CreateAsync(KnownKinds.Namespace, ObjectFields.New(KnownKinds.Namespace, new NamespacedName("", home)), cancellation);
        await kubernetes.CreateSecretAsync(home, "aws-s3-secret", ("access_key", "a"), ("secret_key", "b"));
        await CreateClusterAsync(home, cancellation);
        for (var backup = number < ActiveBackups ? 1 : 0; backup < BackupsOfACluster; backup++) await CreateCompleteAsync(home, backup, cancellation);
    });

    /// <summary>Asks for one backup in each of a few namespaces.</summary>
    public async Task CreateActiveAsync()
    {
        for (var number = 0; number < ActiveBackups; number++)
            await kubernetes.CreateSeedAsync("nebulabackup-s3.yaml", $"scale-{number}", item => item.Metadata()["name"] = "nightly-new");
    }

    public async Task<int> CountAsync(ResourceKind kind, Func<JsonObject, bool> isAsWanted, string? labels = null) =>
        (await kubernetes.Admin.ListAsync(kind, new Selection(Labels: labels), CancellationToken.None)).Items.Count(isAsWanted);

    /// <summary>Plays the kubelets: all pods of clusters run and are ready. Returns how many are.</summary>
    public async Task<int> RunPodsAsync()
    {
        var pods = (await kubernetes.Admin.ListAsync(KnownKinds.Pod, new Selection(Labels: Labels.Cluster), CancellationToken.None)).Items;
        await Parallel.ForEachAsync(pods.Where(pod => !IsReady(pod)), Width, async (pod, cancellation) =>
        {
            var status = new JsonObject { ["phase"] = "Running", ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }) };
            await kubernetes.Admin.PatchStatusAsync(KnownKinds.Pod, pod.Key(), new JsonObject { ["status"] = status }, cancellation);
        });
        return pods.Count(IsReady);
    }

    static bool IsReady(JsonObject pod) => Condition.IsTrue(pod.At("status", "conditions"), "Ready");

    /// <summary>With the status that says that its storageds are registered: there is no meta service to ask.</summary>
    async Task CreateClusterAsync(string home, CancellationToken cancellation)
    {
        var cluster = await kubernetes.CreateSeedAsync("nebulacluster.yaml", home, item => item["spec"]!["enableBR"] = true);
        var status = new JsonObject
        {
            ["version"] = "3.8.0",
            ["metad"] = new JsonObject { ["version"] = "v3.8.0" },
            ["storaged"] = new JsonObject { ["version"] = "v3.8.0", ["phase"] = "Running", ["hostsAdded"] = true, ["registeredReplicas"] = 3 },
        };
        await kubernetes.Admin.PatchStatusAsync(CustomResources.Cluster, cluster.Key(), new JsonObject { ["status"] = status }, cancellation);
    }

    /// <summary>Every second one is to be cleaned when it is deleted, and so has the finalizer.</summary>
    async Task CreateCompleteAsync(string home, int number, CancellationToken cancellation)
    {
        var backup = await kubernetes.CreateSeedAsync("nebulabackup-s3.yaml", home, item =>
        {
            item.Metadata()["name"] = $"nightly-{number}";
            item.Metadata()["labels"] = new JsonObject { [Labels.CronBackup] = "nightly" };
            item["spec"]!["autoRemoveFinished"] = true;
            if (number % 2 == 0) return;
            item["spec"]!["cleanBackupData"] = true;
            item.Metadata()["finalizers"] = new JsonArray(Labels.BackupCleanup);
        });
        await kubernetes.Admin.PatchStatusAsync(CustomResources.Backup, backup.Key(), new JsonObject { ["status"] = Complete(backup, Day.AddDays(number)) }, cancellation);
    }

    static JsonObject Complete(JsonObject backup, DateTimeOffset at)
    {
        JsonArray conditions = [];
        foreach (var condition in (Condition[])[new("Running", false, "BackupComplete", "The backup is complete"), new("Complete", true, "BackupComplete", "The backup is complete")])
            conditions = condition.SetIn(conditions, backup.Generation(), at);
        return new JsonObject
        {
            ["phase"] = "Complete",
            ["type"] = "full",
            ["backupName"] = string.Create(CultureInfo.InvariantCulture, $"BACKUP_{at:yyyy_MM_dd_HH_mm_ss}"),
            ["timeStarted"] = at.ToKubernetesTime(),
            ["timeCompleted"] = at.AddMinutes(4).ToKubernetesTime(),
            ["observedGeneration"] = backup.Generation(),
            ["jobName"] = $"backup-full-{backup.Key().Name}",
            ["jobUid"] = backup.Uid(),
            ["config"] = backup.At("spec", "config")?.DeepClone(),
            ["writeBlockedMilliseconds"] = 120,
            ["progress"] = new JsonObject { ["files"] = 120, ["totalFiles"] = 120, ["bytes"] = 4 << 20, ["totalBytes"] = 4 << 20 },
            ["conditions"] = conditions,
        };
    }
}
