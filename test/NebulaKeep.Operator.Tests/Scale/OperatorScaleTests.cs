using System.Globalization;
using NebulaKeep.Kubernetes.Configuration;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Tests.Server;
using NebulaKeep.Testing;
using Labels = NebulaKeep.Operator.Shared.Labels;

namespace NebulaKeep.Operator.Tests.Scale;

/// <summary>
/// What the operator costs with 5,000 NebulaBackups and 200 NebulaClusters on a real API server: memory, the time of a restart, and
/// requests as the API server counts them. Takes some ten minutes: <c>bench/operator-scale.sh</c> runs it.
/// </summary>
[Collection(KubernetesCollection.Name)]
[Trait("Category", "Server")]
public sealed class OperatorScaleTests(KubernetesFixture kubernetes)
{
    const double MostMebibytes = 250;
    static readonly TimeSpan LongestRestart = TimeSpan.FromSeconds(20);
    static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(10);
    static readonly TimeSpan SteadyTime = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    [Fact(Explicit = true)]
    public async Task Five_thousand_backups_and_two_hundred_clusters_are_small_quick_to_restart_and_quiet()
    {
        using var folder = new TemporaryFolder();
        var (world, audit) = (new ScaleWorld(kubernetes), new ApiServerAudit(kubernetes.ControlPlane.AuditLog));
        var config = await WriteKubeConfigAsync(folder.Path);
        await world.CreateAsync();
        Tell($"{await world.CountAsync(CustomResources.Backup, _ => true)} NebulaBackups and {await world.CountAsync(CustomResources.Cluster, _ => true)} NebulaClusters are stored");

        await using (var first = OperatorProcess.Start(config, Path.Combine(folder.Path, "first.log")))
        {
            await SettleAsync(world, first);
            var made = await QuietAsync(audit);
            Tell($"all clusters are made and ready {Seconds(first.Age)} after the first start; the most memory was {Mebibytes(first.Mebibytes("VmHWM"))}; {AuditedRequest.Table(made)}");
            await SteadyAsync("first process", first, audit);
        }
        await audit.NextAsync();

        await using var second = OperatorProcess.Start(config, Path.Combine(folder.Path, "second.log"));
        var ready = await second.ReadyAsync();
        Tell($"restarted: ready after {Seconds(ready)}");
        await WorkedOffAsync(second, ScaleWorld.Backups + ScaleWorld.Clusters);
        var restart = await audit.NextAsync();
        Tell($"restarted: everything was looked at after {Seconds(second.Age)}, the most memory was {Mebibytes(second.Mebibytes("VmHWM"))}; {AuditedRequest.Table(restart)}");
        var memory = await SteadyAsync("second process", second, audit);

        ready.ShouldBeLessThan(LongestRestart);
        memory.ShouldBeLessThan(MostMebibytes);
        foreach (var (resource, lists) in restart.Where(request => request.BeginsList).CountBy(request => request.Resource)) lists.ShouldBe(1, $"a restart lists {resource} once");
        restart.ShouldNotContain(request => request.Verb == "patch" && request.Resource != "events", "a restart finds everything as it is wanted");
    }

    /// <summary>Until all clusters have their pods and are ready, and the new backups run.</summary>
    static async Task SettleAsync(ScaleWorld world, OperatorProcess running)
    {
        var allPods = ScaleWorld.Clusters * ScaleWorld.PodsOfACluster;
        await running.ReadyAsync();
        await Eventually.TrueAsync(async () => await world.RunPodsAsync() == allPods, "all pods of clusters run", Patience);
        await Eventually.TrueAsync(async () => await world.CountAsync(CustomResources.Cluster, cluster => Condition.IsTrue(cluster.At("status", "conditions"), "Ready")) == ScaleWorld.Clusters, "all clusters are ready", Patience);
        await world.CreateActiveAsync();
        await Eventually.TrueAsync(async () => await world.CountAsync(CustomResources.Backup, backup => backup.Text("status", "phase") == "Running") == ScaleWorld.ActiveBackups, "the new backups run", Patience);
        await Eventually.TrueAsync(async () => await world.CountAsync(KnownKinds.Pod, _ => true, Labels.Backup) == ScaleWorld.ActiveBackups, "each has a pod", Patience);
        await WorkedOffAsync(running, ScaleWorld.Backups + ScaleWorld.Clusters);
    }

    static Task WorkedOffAsync(OperatorProcess running, int objects) => Eventually.TrueAsync(
        async () => await running.MetricAsync("nebulakeep_reconciles_total") >= objects && await running.MetricAsync("nebulakeep_queue_depth") == 0, "everything was looked at", Patience);

    /// <summary>Waits until nothing is to be done any more, and returns what was asked for until then.</summary>
    static async Task<IReadOnlyList<AuditedRequest>> QuietAsync(ApiServerAudit audit)
    {
        var (began, all) = (TimeProvider.System.GetTimestamp(), new List<AuditedRequest>(await audit.NextAsync()));
        while (TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            await Task.Delay(QuietTime, TestContext.Current.CancellationToken);
            var latest = await audit.NextAsync();
            all.AddRange(latest);
            if (latest.All(IsRoutine)) return all;
        }
        throw new TimeoutException($"The operator does not come to rest within {Patience}");
    }

    /// <summary>The leadership is renewed, and watches go on.</summary>
    static bool IsRoutine(AuditedRequest request) => request.Resource == "leases" || request.Verb == "watch";

    /// <summary>A minute in which nothing happens; returns the most memory that was seen, in MiB.</summary>
    static async Task<double> SteadyAsync(string name, OperatorProcess running, ApiServerAudit audit)
    {
        await audit.NextAsync();
        var (began, most) = (TimeProvider.System.GetTimestamp(), 0.0);
        while (TimeProvider.System.GetElapsedTime(began) < SteadyTime)
        {
            most = Math.Max(most, running.Mebibytes("VmRSS"));
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }
        var requests = await audit.NextAsync();
        Tell($"{name}, a steady minute: at most {Mebibytes(most)}; {AuditedRequest.Table(requests)}");
        requests.ShouldAllBe(request => IsRoutine(request), "in a steady minute only the leadership is renewed and watches go on");
        return most;
    }

    async Task<string> WriteKubeConfigAsync(string folder)
    {
        var config = await kubernetes.OperatorConfigAsync();
        var token = await config.Token!.ReadAsync(fresh: false, CancellationToken.None);
        var roots = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(string.Join('\n', config.CertificateAuthority!.Select(root => root.ExportCertificatePem()))));
        var file = Path.Combine(folder, "operator.kubeconfig");
        await File.WriteAllTextAsync(file, $$$"""
            apiVersion: v1
            kind: Config
            current-context: scale
            contexts: [{name: scale, context: {cluster: scale, user: operator}}]
            clusters: [{name: scale, cluster: {server: {{{config.Server}}}, certificate-authority-data: {{{roots}}}}}]
            users: [{name: operator, user: {token: {{{token.Reveal()}}}}}]
            """);
        return file;
    }

    static void Tell(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);

    static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    static string Mebibytes(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0} MiB");
}
