using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Hosting;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Tests.Clusters;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>A namespace with a kubelet that a test plays, an operator with the rights that it is installed with, and a meta service in memory.</summary>
sealed class ClusterScene : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    ClusterScene(KubernetesFixture kubernetes, string inNamespace, ProxiedOperator running, FakeDaemons daemons) =>
        (Kubernetes, Namespace, Running, Daemons, Kubelet) = (kubernetes, inNamespace, running, daemons, new ClusterKubelet(kubernetes, inNamespace));

    public KubernetesFixture Kubernetes { get; }

    public string Namespace { get; }

    public ProxiedOperator Running { get; }

    public FakeDaemons Daemons { get; }

    public ClusterKubelet Kubelet { get; }

    public NamespacedName Key => new(Namespace, "nebula");

    public static OperatorOptions Options(params string[] namespaces) => RunningOperator.Options(namespaces) with { Controllers = ["nebulacluster"] };

    public static async Task<ClusterScene> StartAsync(KubernetesFixture kubernetes)
    {
        var (name, daemons) = (await kubernetes.NewNamespaceAsync(), new FakeDaemons());
        return new ClusterScene(kubernetes, name, await ProxiedOperator.StartAsync(kubernetes, Options(name), daemons), daemons);
    }

    /// <summary>With an operator that is installed in a namespace and for it alone.</summary>
    public static async Task<ClusterScene> StartNamespacedAsync(KubernetesFixture kubernetes, string inNamespace)
    {
        var (options, daemons) = (Options(inNamespace) with { Leader = new() { Elect = true, Namespace = inNamespace } }, new FakeDaemons());
        return new ClusterScene(kubernetes, inNamespace, await ProxiedOperator.StartAsync(kubernetes, options, daemons, inNamespace), daemons);
    }

    public Task<JsonObject> CreateAsync(Action<JsonObject>? change = null) => Kubernetes.CreateSeedAsync("nebulacluster.yaml", Namespace, change);

    public Task<JsonObject> PatchAsync(JsonObject patch) => Kubernetes.Admin.PatchAsync(CustomResources.Cluster, Key, patch, CancellationToken.None);

    public async Task<JsonObject> WaitAsync(Func<JsonObject, bool> isAsWanted, string because)
    {
        try
        {
            return await Kubernetes.WaitForAsync(CustomResources.Cluster, Namespace, "nebula", isAsWanted, because, Patience);
        }
        catch (TimeoutException timeout)
        {
            var trouble = Running.Operator.Log.Lines.Where(line => !line.StartsWith("Debug", StringComparison.Ordinal)).TakeLast(20);
            throw new TimeoutException($"{timeout.Message}\n{string.Join('\n', trouble)}", timeout);
        }
    }

    public async Task<JsonObject> WaitUntilReadyAsync()
    {
        var generation = (await Kubernetes.Admin.GetAsync(CustomResources.Cluster, Key, CancellationToken.None)).Generation();
        return await WaitAsync(item => item.Number("status", "observedGeneration") >= generation && Condition.IsTrue(item.At("status", "conditions"), "Ready"), "the cluster is ready");
    }

    public Task<JsonObject> WaitForReasonAsync(string condition, string reason) =>
        WaitAsync(item => Condition.Find(item.At("status", "conditions"), condition).Text("reason") == reason, $"{condition} says {reason}");

    public Task DeleteAsync() => Kubernetes.Admin.DeleteAsync(CustomResources.Cluster, Key, new NebulaKeep.Kubernetes.Client.DeleteOptions(), CancellationToken.None);

    public Task WaitUntilGoneAsync() => Kubernetes.WaitUntilGoneAsync(CustomResources.Cluster, Namespace, "nebula", Patience);

    public Task<JsonObject?> SetAsync(string component) => Kubernetes.FindAsync(KnownKinds.StatefulSet, Namespace, $"nebula-{component}");

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        await Kubelet.DisposeAsync();
    }
}
