using System.Text.Json.Nodes;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>
/// Plays the kubelet for the pods of clusters in a namespace: makes them run and be ready, those that a test lets. It sees how many are
/// missing at a time.
/// </summary>
sealed class ClusterKubelet : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    readonly KubernetesFixture kubernetes;
    readonly string inNamespace;
    readonly CancellationTokenSource stop = new();
    readonly HashSet<string> started = [];
    readonly Task run;

    public ClusterKubelet(KubernetesFixture kubernetes, string inNamespace)
    {
        (this.kubernetes, this.inNamespace) = (kubernetes, inNamespace);
        run = Task.Run(RunAsync);
    }

    /// <summary>Which pods become ready.</summary>
    public Func<JsonObject, bool> Lets { get; set; } = _ => true;

    /// <summary>Pods in the order in which they started, with their revision.</summary>
    public List<string> Started { get; } = [];

    /// <summary>The most pods of the cluster that were missing at a time since <see cref="Watch"/>.</summary>
    public int MostMissing { get; private set; }

    int Expected { get; set; }

    /// <summary>From now on so many pods are expected to be ready.</summary>
    public void Watch(int pods)
    {
        lock (started) Started.Clear();
        (Expected, MostMissing) = (pods, 0);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run;
        stop.Dispose();
    }

    async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await LookAsync();
                await Task.Delay(Pause, stop.Token);
            }
            catch (Exception end) when (end is OperationCanceledException or NebulaKeepException)
            {
                // Told to stop, or a pod vanished meanwhile.
            }
        }
    }

    async Task LookAsync()
    {
        var pods = await kubernetes.ListAsync(KnownKinds.Pod, inNamespace, $"{Labels.Cluster}");
        if (Expected > 0) MostMissing = Math.Max(MostMissing, Expected - pods.Count(IsReady));
        foreach (var pod in pods.Where(pod => !pod.IsDeleting() && !IsReady(pod) && Lets(pod))) await StartAsync(pod);
    }

    async Task StartAsync(JsonObject pod)
    {
        var status = new JsonObject { ["phase"] = "Running", ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }) };
        await kubernetes.Admin.PatchStatusAsync(KnownKinds.Pod, pod.Key(), new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Uid() }, ["status"] = status }, stop.Token);
        lock (started)
            if (started.Add(pod.Uid())) Started.Add(pod.Key().Name);
    }

    static bool IsReady(JsonObject pod) => Condition.IsTrue(pod.At("status", "conditions"), "Ready") && !pod.IsDeleting();
}
