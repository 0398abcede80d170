using System.Text.Json.Nodes;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Restores;
using NebulaKeep.Operator.Tests.Clusters;
using NebulaKeep.Operator.Tests.Restores;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>
/// A namespace with credentials and without any cluster, a kubelet that a test plays, an operator with the rights that it is installed with, and
/// a meta service and a backup in memory.
/// </summary>
sealed class RestoreScene : IAsyncDisposable
{
    public const string Cluster = "second";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    RestoreScene(KubernetesFixture kubernetes, string inNamespace, ProxiedOperator running, FakeDaemons daemons) =>
        (Kubernetes, Namespace, Running, Daemons, Kubelet) = (kubernetes, inNamespace, running, daemons, new ClusterKubelet(kubernetes, inNamespace));

    public KubernetesFixture Kubernetes { get; }

    public string Namespace { get; }

    public ProxiedOperator Running { get; }

    public FakeDaemons Daemons { get; }

    public ClusterKubelet Kubelet { get; }

    public static async Task<RestoreScene> StartAsync(KubernetesFixture kubernetes)
    {
        var (name, daemons) = (await kubernetes.NewNamespaceAsync(), new FakeDaemons());
        await kubernetes.CreateSecretAsync(name, "keys", ("access_key", "canary-access"), ("secret_key", "canary-secret"));
        var options = RunningOperator.Options(name) with { Controllers = ["nebulacluster", "nebularestore"] };
        return new RestoreScene(kubernetes, name, await ProxiedOperator.StartAsync(kubernetes, options, daemons, backups: new BackupInMemory()), daemons);
    }

    public Task<JsonObject> CreateAsync()
    {
        var restore = ObjectFields.New(CustomResources.Restore, new NamespacedName(Namespace, "nr"));
        restore["spec"] = JsonNode.Parse($$$"""
            {"restoredClusterName":"{{{Cluster}}}","config":{"clusterName":"gone","backupName":"{{{RestoreWorld.BackupName}}}","s3":{"bucket":"b","region":"r","secretName":"keys"} } }
            """);
        return Kubernetes.Admin.CreateAsync(CustomResources.Restore, restore, CancellationToken.None);
    }

    public async Task<JsonObject> WaitAsync(Func<JsonObject, bool> isAsWanted, string because)
    {
        try
        {
            return await Kubernetes.WaitForAsync(CustomResources.Restore, Namespace, "nr", isAsWanted, because, Patience);
        }
        catch (TimeoutException timeout)
        {
            var trouble = Running.Operator.Log.Lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal)).TakeLast(20);
            throw new TimeoutException($"{timeout.Message}\n{string.Join('\n', trouble)}", timeout);
        }
    }

    public Task<JsonObject> WaitForPhaseAsync(string phase) => WaitAsync(item => item.Text("status", "phase") == phase, $"the restore is {phase}");

    public Task<JsonObject?> ClusterAsync() => Kubernetes.FindAsync(CustomResources.Cluster, Namespace, Cluster);

    public Task DeleteAsync() => Kubernetes.Admin.DeleteAsync(CustomResources.Restore, new NamespacedName(Namespace, "nr"), new NebulaKeep.Kubernetes.Client.DeleteOptions(), CancellationToken.None);

    public Task WaitUntilGoneAsync() => Kubernetes.WaitUntilGoneAsync(CustomResources.Restore, Namespace, "nr", Patience);

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        await Kubelet.DisposeAsync();
    }

    sealed class BackupInMemory : IBackupLooker
    {
        public Task<BackupContents> LookAsync(RestoreObject restore, CancellationToken cancellation) =>
            Task.FromResult(RestoreWorld.Contents(3, (JsonObject)ClusterCase.Json("spec: {agent: {image: nebulakeep/nebula-agent, version: v1}}")["spec"]!));
    }
}
