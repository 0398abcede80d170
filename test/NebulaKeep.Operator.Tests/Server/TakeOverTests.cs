using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Hosting;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Tests.Clusters;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>Of two operators one works. When it is cut off in the middle of a rollout, the other one goes on where it stopped.</summary>
[Collection(KubernetesCollection.Name)]
[Trait("Category", "Server")]
public sealed class TakeOverTests(KubernetesFixture kubernetes)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_standby_takes_over_in_the_middle_of_a_rollout()
    {
        var (name, daemons) = (await kubernetes.NewNamespaceAsync(), new FakeDaemons());
        var options = ClusterScene.Options(name) with { Leader = new LeaderOptions { Elect = true, Namespace = name, LeaseDuration = TimeSpan.FromSeconds(6), RenewDeadline = TimeSpan.FromSeconds(4), RetryPeriod = TimeSpan.FromSeconds(1) } };
        await using var kubelet = new ClusterKubelet(kubernetes, name);
        await using var proxy = await ApiServerProxy.StartAsync(kubernetes.AdminConfig);
        var first = RunningOperator.Start(await kubernetes.OperatorConfigAsync(proxy.Address), options, daemons: daemons);
        await WorksAsync(first);
        await using var second = RunningOperator.Start(await kubernetes.OperatorConfigAsync(), options, daemons: daemons);
        await kubernetes.CreateSeedAsync("nebulacluster.yaml", name);
        await WaitAsync(name, item => Condition.IsTrue(item.At("status", "conditions"), "Ready"), "the first one makes the cluster");
        Works(second).ShouldBeFalse("one works at a time");

        kubelet.Lets = pod => pod.Key().Name != "nebula-metad-2";
        kubelet.Watch(7);
        await kubernetes.Admin.PatchAsync(CustomResources.Cluster, new NamespacedName(name, "nebula"), ClusterCase.Seed("nebulacluster-patch.yaml"), CancellationToken.None);
        await WaitAsync(name, item => item.Text("status", "metad", "phase") == "Update", "the rollout is under way");
        proxy.CutOffAfter(0);
        kubelet.Lets = _ => true;

        await WorksAsync(second);
        await WaitAsync(name, item => Condition.IsTrue(item.At("status", "conditions"), "Ready") && item.Number("status", "observedGeneration") == item.Generation(), "the second one ends the rollout");
        kubelet.MostMissing.ShouldBe(1);
        kubelet.Started.Count.ShouldBe(7, "each pod was restarted once");
        await first.KillAsync();
    }

    static bool Works(RunningOperator one) => one.Log.Lines.Any(line => line.Contains("All objects are known", StringComparison.Ordinal));

    static Task WorksAsync(RunningOperator one) => Eventually.TrueAsync(() => Works(one), "it works", Patience);

    Task<JsonObject> WaitAsync(string inNamespace, Func<JsonObject, bool> isAsWanted, string because) =>
        kubernetes.WaitForAsync(CustomResources.Cluster, inNamespace, "nebula", isAsWanted, because, Patience);

    [Fact]
    public async Task One_that_cannot_read_all_objects_is_no_candidate()
    {
        var inNamespace = await kubernetes.NewNamespaceAsync();
        await kubernetes.KubectlAsync(null, "create", "serviceaccount", "nebula-operator", "-n", inNamespace);
        await kubernetes.KubectlAsync(null, "create", "role", "elects", "-n", inNamespace, "--verb=get,create,update", "--resource=leases.coordination.k8s.io");
        await kubernetes.KubectlAsync(null, "create", "rolebinding", "elects", "-n", inNamespace, "--role=elects", $"--serviceaccount={inNamespace}:nebula-operator");
        var options = RunningOperator.Options(inNamespace) with { Leader = new() { Elect = true, Namespace = inNamespace } };
        await using var running = RunningOperator.Start(await kubernetes.OperatorConfigAsync(inNamespace: inNamespace), options);

        await Eventually.TrueAsync(() => running.Log.Lines.Count(line => line.Contains("Keeping the cache of", StringComparison.Ordinal)) > 10, "it tries again and again to read", TimeSpan.FromSeconds(60));
        (await kubernetes.ListAsync(KnownKinds.Lease, inNamespace)).ShouldBeEmpty();

        await kubernetes.KubectlAsync(null, "create", "rolebinding", "reads", "-n", inNamespace, "--clusterrole=nebula-operator", $"--serviceaccount={inNamespace}:nebula-operator");
        await Eventually.TrueAsync(async () => (await kubernetes.ListAsync(KnownKinds.Lease, inNamespace)).Count == 1, "now it leads", TimeSpan.FromSeconds(60));
    }
}
