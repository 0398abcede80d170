using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Configuration;
using NebulaKeep.Kubernetes.Leadership;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Queues;
using NebulaKeep.Operator.Clusters.Daemons;
using NebulaKeep.Operator.Metrics;
using NebulaKeep.Operator.Restores;
using NebulaKeep.Operator.Watching;

namespace NebulaKeep.Operator.Hosting;

/// <summary>
/// The running operator: watches from the start, so that a standby is ready when it is needed, and works while it leads. A process that
/// lost its leadership ends; its successor starts from what the API server holds.
/// </summary>
sealed partial class OperatorHost : IAsyncDisposable
{
    static readonly TimeSpan StartBackOff = TimeSpan.FromSeconds(1);

    readonly OperatorOptions options;
    readonly TimeProvider time;
    readonly Random random;
    readonly ILoggerFactory loggers;
    readonly ILogger log;
    readonly OperatorMetrics metrics;
    readonly KubeClient client;
    readonly WatchedKinds watched;
    readonly IClusterDaemons daemons;
    readonly IBackupLooker backups;
    HttpEndpoint? health, metricsEndpoint;

    public OperatorHost(OperatorOptions options, KubeConfig config, TimeProvider time, Random random, ILoggerFactory loggers, IClusterDaemons? daemons = null, IBackupLooker? backups = null)
    {
        (this.options, this.time, this.random, this.loggers) = (options, time, random, loggers);
        log = loggers.CreateLogger("operator");
        client = new KubeClient(config, new KubeClientOptions { UserAgent = "nebula-operator" }, time);
        watched = new WatchedKinds(options.WatchNamespaces, options.ObjectSelector);
        metrics = new OperatorMetrics(watched);
        this.daemons = daemons ?? new NebulaDaemons(new DaemonTls((key, token) => client.FindAsync(KnownKinds.Secret, key, token), options.ClientCertificates, time, loggers.CreateLogger("daemons")), time);
        this.backups = backups ?? new BackupLooker((key, token) => client.FindAsync(KnownKinds.Secret, key, token), loggers, time);
    }

    /// <summary>Where probes are answered, once running.</summary>
    public int HealthPort => health?.Port ?? 0;

    /// <summary>Where metrics are, once running.</summary>
    public int MetricsPort => metricsEndpoint?.Port ?? 0;

    public WatchedKinds Watched => watched;

    /// <summary>Runs until cancelled; returns when all work has ended.</summary>
    /// <exception cref="NebulaKeepException">It cannot start, or has lost its leadership.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await ServeAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told to stop before it had begun.
        }
        LogStopped();
    }

    async Task ServeAsync(CancellationToken cancellation)
    {
        health = await HttpEndpoint.StartAsync("--health-probe-bind-address", options.HealthAddress, Probes.Health(watched), cancellation);
        metricsEndpoint = await HttpEndpoint.StartAsync("--metrics-bind-address", options.MetricsAddress, Probes.Metrics(metrics.Collector), cancellation);
        var context = await ContextAsync(cancellation);
        var controllers = ControllerCatalog.Create(options.Controllers, context);
        var runners = controllers.Select(controller => new ControllerRunner(controller, context)).ToList();
        LogStarting(string.Join(", ", controllers.Select(controller => controller.Name)), context.Server);

        // Whatever ends first ends all: each of these runs for ever unless something is wrong.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        List<Task> tasks = [watched.Run(client, options.SyncPeriod, time, random, loggers, stop.Token), .. context.Recorders.Select(recorder => recorder.RunAsync(stop.Token))];
        tasks.Add(LeadAsync(runners, stop.Token));
        await Task.WhenAny(tasks);
        await stop.CancelAsync();
        await Task.WhenAll(tasks);
        foreach (var runner in runners) runner.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (health is not null) await health.DisposeAsync();
        if (metricsEndpoint is not null) await metricsEndpoint.DisposeAsync();
        metrics.Dispose();
        client.Dispose();
    }

    async Task<OperatorContext> ContextAsync(CancellationToken cancellation)
    {
        var version = await ServerVersionAsync(cancellation);
        if (version < ServerVersion.Oldest) throw new NebulaKeepException($"Kubernetes {version} is too old: {ServerVersion.Oldest} or later is needed");
        return new OperatorContext { Options = options, Client = client, Server = version, Watched = watched, Metrics = metrics, Time = time, Random = random, Loggers = loggers, Daemons = daemons, Backups = backups };
    }

    /// <summary>An API server that is not there yet is waited for: operators start with their cluster.</summary>
    async Task<ServerVersion> ServerVersionAsync(CancellationToken cancellation)
    {
        var backOff = new BackOff(StartBackOff, TimeSpan.FromSeconds(30), 0.5, new Random(random.Next()));
        for (var failures = 0; ; failures++)
        {
            try
            {
                return await client.VersionAsync(cancellation);
            }
            catch (KubeException error) when (error.IsTransient)
            {
                LogWaiting(error.Message);
                await Task.Delay(backOff.After(failures), time, cancellation);
            }
        }
    }

    /// <summary>Who does not know all objects yet is no candidate: it could not begin.</summary>
    async Task LeadAsync(IReadOnlyList<ControllerRunner> runners, CancellationToken cancellation)
    {
        if (!await SyncedAsync(cancellation)) return;
        if (!options.Leader.Elect)
        {
            metrics.IsLeader = () => true;
            await WorkAsync(runners, cancellation);
            return;
        }
        var elector = new LeaderElector(client, Election(), time, loggers.CreateLogger("election"));
        metrics.IsLeader = () => elector.IsLeader;
        await elector.RunAsync(async term =>
        {
            await WorkAsync(runners, term);
            if (!cancellation.IsCancellationRequested) throw new NebulaKeepException("The leadership is lost; this process ends, so that a new one starts from what the API server holds");
        }, cancellation);
    }

    /// <summary>False when told to stop before.</summary>
    async Task<bool> SyncedAsync(CancellationToken cancellation)
    {
        try
        {
            await watched.SyncedAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
        // Reading everything took far more than keeping it does. Without this the process stays as big as it was then, for days.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return true;
    }

    Task WorkAsync(IReadOnlyList<ControllerRunner> runners, CancellationToken cancellation)
    {
        LogReady();
        return Task.WhenAll(runners.Select(runner => runner.RunAsync(cancellation)));
    }

    LeaderElectionOptions Election() => new()
    {
        Lease = new NamespacedName(options.Leader.Namespace, "nebula-controller-manager"),
        Identity = $"{Environment.MachineName}_{Guid.NewGuid()}",
        LeaseDuration = options.Leader.LeaseDuration,
        RenewDeadline = options.Leader.RenewDeadline,
        RetryPeriod = options.Leader.RetryPeriod,
    };

    [LoggerMessage(1, LogLevel.Information, "Starting controllers {controllers} on Kubernetes {version}")]
    partial void LogStarting(string controllers, ServerVersion version);

    [LoggerMessage(2, LogLevel.Information, "All objects are known; working")]
    partial void LogReady();

    [LoggerMessage(3, LogLevel.Information, "Stopped")]
    partial void LogStopped();

    [LoggerMessage(4, LogLevel.Warning, "The API server does not answer yet: {reason}")]
    partial void LogWaiting(string reason);
}
