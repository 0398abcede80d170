using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>A namespace with a cluster that is ready, credentials, and a kubelet that a test plays.</summary>
sealed class BackupScene
{
    public const string BackupName = "BACKUP_2026_11_22_08_05_13";
    public const string Named = $$"""{"time":"2026-11-22T08:05:13Z","event":"named","name":"{{BackupName}}"}""" + "\n";

    BackupScene(KubernetesFixture kubernetes, string inNamespace) => (Kubernetes, Namespace, Kubelet) = (kubernetes, inNamespace, new FakeKubelet(kubernetes, inNamespace));

    public KubernetesFixture Kubernetes { get; }

    public string Namespace { get; }

    public FakeKubelet Kubelet { get; }

    public static async Task<BackupScene> CreateAsync(KubernetesFixture kubernetes, bool withCluster = true)
    {
        var scene = new BackupScene(kubernetes, await kubernetes.NewNamespaceAsync());
        await kubernetes.CreateSecretAsync(scene.Namespace, "aws-s3-secret", ("access_key", "canary-access"), ("secret_key", "canary-secret"), ("session_token", "canary-token"));
        if (withCluster) await kubernetes.CreateReadyClusterAsync(scene.Namespace);
        return scene;
    }

    public Task<JsonObject> CreateBackupAsync(string name = "nb", Action<JsonObject>? change = null) => Kubernetes.CreateSeedAsync("nebulabackup-s3.yaml", Namespace, item =>
    {
        item.Metadata()["name"] = name;
        change?.Invoke(item);
    });

    public Task<JsonObject> WaitForPhaseAsync(string phase, string name = "nb") =>
        Kubernetes.WaitForAsync(CustomResources.Backup, Namespace, name, item => item.Text("status", "phase") == phase, $"{name} is {phase}");

    public Task<JsonObject> WaitForReasonAsync(string condition, string reason, string name = "nb") =>
        Kubernetes.WaitForAsync(CustomResources.Backup, Namespace, name, item => Condition.Find(item.At("status", "conditions"), condition).Text("reason") == reason, $"{name} has {condition} {reason}");

    public Task DeleteAsync(string name = "nb") => Kubernetes.Admin.DeleteAsync(CustomResources.Backup, new NamespacedName(Namespace, name), new Kubernetes.Client.DeleteOptions(), CancellationToken.None);

    public Task WaitUntilGoneAsync(string name = "nb") => Kubernetes.WaitUntilGoneAsync(CustomResources.Backup, Namespace, name);

    public Task<JsonObject?> LockAsync() => Kubernetes.FindAsync(KnownKinds.Lease, Namespace, "nebula-backup-nebula");
}
