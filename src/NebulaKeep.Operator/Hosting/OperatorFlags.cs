using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core.Schedules;
using NebulaKeep.Security;

namespace NebulaKeep.Operator.Hosting;

/// <summary>The flags of the process and how they become <see cref="OperatorOptions"/>.</summary>
sealed class OperatorFlags
{
    static readonly OperatorOptions Defaults = new();
    static readonly TlsFiles NoFiles = new("");

    readonly Option<string?> kubeConfig = new("--kubeconfig") { Description = "kubeconfig file; default: KUBECONFIG, else the pod's service account, else ~/.kube/config" };
    readonly Option<string[]> namespaces = Names("--watch-namespaces", "namespaces to work in, separated by commas; default: all");
    readonly Option<string?> selector = new("--nebula-object-selector") { Description = "only objects with these labels, such as team=a" };
    readonly Option<TimeSpan> syncPeriod = Duration("--sync-period", TimeSpan.Zero, "look at every object again this often; 0: only when something happens");
    readonly Option<string[]> controllers = Names("--controllers", $"which controllers run, separated by commas, of {string.Join(", ", ControllerCatalog.Names)}; default: all");
    readonly Option<int> clusterWorkers = Workers("--concurrent-nebulacluster-syncs", Defaults.ClusterWorkers);
    readonly Option<int> backupWorkers = Workers("--concurrent-nebulabackup-syncs", Defaults.BackupWorkers);
    readonly Option<int> restoreWorkers = Workers("--concurrent-nebularestore-syncs", Defaults.RestoreWorkers);
    readonly Option<int> cronWorkers = Workers("--concurrent-nebulacronbackup-syncs", Defaults.CronBackupWorkers);
    readonly Option<bool> elect = new("--leader-elect") { Description = "let one of several replicas work, by a Lease" };
    readonly Option<string> leaseNamespace = new("--leader-elect-resource-namespace") { Description = "namespace of that Lease", DefaultValueFactory = _ => Defaults.Leader.Namespace };
    readonly Option<TimeSpan> leaseDuration = Duration("--leader-elect-lease-duration", Defaults.Leader.LeaseDuration, "others take over after this long without a word");
    readonly Option<TimeSpan> renewDeadline = Duration("--leader-elect-renew-deadline", Defaults.Leader.RenewDeadline, "the leader stops after this long without a renewal");
    readonly Option<TimeSpan> retryPeriod = Duration("--leader-elect-retry-period", Defaults.Leader.RetryPeriod, "between renewals");
    readonly Option<string> metrics = new("--metrics-bind-address") { Description = "address of /metrics; 0: off", DefaultValueFactory = _ => Defaults.MetricsAddress };
    readonly Option<string> health = new("--health-probe-bind-address") { Description = "address of /healthz and /readyz; 0: off", DefaultValueFactory = _ => Defaults.HealthAddress };
    readonly Option<string?> domain = new("--kube-domain") { Description = "the cluster's DNS domain; default: KUBERNETES_CLUSTER_DOMAIN, else cluster.local" };
    readonly Option<bool> crossNamespace = new("--allow-cross-namespace") { Description = "NebulaBackups may read clusters of any namespace; otherwise the cluster must name theirs in the annotation apps.nebula-graph.io/backup-namespaces" };
    readonly Option<TimeSpan> restoreDeadline = Duration("--default-restore-deadline", Defaults.RestoreDeadline, "end restores as failed that take longer and name no deadline of their own; 0: never");
    readonly Option<TimeSpan> deadline = Duration("--default-backup-deadline", Defaults.BackupDeadline, "cancel backups that take longer and name no deadline of their own; 0: never");
    readonly Option<TimeSpan> cleanTimeout = Duration("--clean-timeout", Defaults.CleanTimeout, "let a deleted NebulaBackup go after this long even if its data could not be removed");
    readonly Option<LogLevel> logLevel = new("--log-level") { Description = "Trace, Debug, Information, Warning, Error", DefaultValueFactory = _ => LogLevel.Information };
    readonly Option<string> logFormat = new("--log-format") { Description = "json or text", DefaultValueFactory = _ => "json" };

    public OperatorFlags() => logFormat.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string>() is not ("json" or "text")) result.AddError("--log-format takes json or text");
    });

    Option[] All =>
    [
        kubeConfig, namespaces, selector, syncPeriod, controllers, clusterWorkers, backupWorkers, restoreWorkers, cronWorkers, elect, leaseNamespace, leaseDuration,
        renewDeadline, retryPeriod, metrics, health, domain, crossNamespace, deadline, restoreDeadline, cleanTimeout, logLevel, logFormat,
    ];

    public void AddTo(Command command)
    {
        foreach (var option in All) command.Options.Add(option);
    }

    public OperatorOptions Read(ParseResult parsed, Func<string, string?> environment) => new()
    {
        KubeConfig = parsed.GetValue(kubeConfig),
        WatchNamespaces = Split(parsed.GetValue(namespaces)),
        ObjectSelector = parsed.GetValue(selector) is { Length: > 0 } labels ? labels : null,
        SyncPeriod = parsed.GetValue(syncPeriod) is { Ticks: > 0 } period ? period : null,
        Controllers = Split(parsed.GetValue(controllers)),
        ClusterWorkers = parsed.GetValue(clusterWorkers),
        BackupWorkers = parsed.GetValue(backupWorkers),
        RestoreWorkers = parsed.GetValue(restoreWorkers),
        CronBackupWorkers = parsed.GetValue(cronWorkers),
        Leader = new LeaderOptions
        {
            Elect = parsed.GetValue(elect),
            Namespace = parsed.GetRequiredValue(leaseNamespace),
            LeaseDuration = parsed.GetValue(leaseDuration),
            RenewDeadline = parsed.GetValue(renewDeadline),
            RetryPeriod = parsed.GetValue(retryPeriod),
        },
        MetricsAddress = parsed.GetRequiredValue(metrics),
        HealthAddress = parsed.GetRequiredValue(health),
        ClusterDomain = parsed.GetValue(domain) ?? environment("KUBERNETES_CLUSTER_DOMAIN") ?? Defaults.ClusterDomain,
        ClientCertificates = TlsFiles.Resolve(NoFiles, environment) is var files && files != NoFiles ? files : null,
        AllowCrossNamespace = parsed.GetValue(crossNamespace),
        RestoreDeadline = parsed.GetValue(restoreDeadline),
        BackupDeadline = parsed.GetValue(deadline),
        CleanTimeout = parsed.GetValue(cleanTimeout),
        LogLevel = parsed.GetValue(logLevel),
        LogFormat = parsed.GetRequiredValue(logFormat),
    };

    static string[] Split(string[]? values) =>
        [.. (values ?? []).SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal)];

    static Option<string[]> Names(string name, string description) => new(name) { Description = description };

    static Option<int> Workers(string name, int standard)
    {
        var option = new Option<int>(name) { Description = "objects worked on at the same time, 1 to 100", DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 100) result.AddError($"{name} takes 1 to 100");
        });
        return option;
    }

    static Option<TimeSpan> Duration(string name, TimeSpan standard, string description) => new(name)
    {
        Description = $"{description} (default {GoDuration.Format(standard)})",
        DefaultValueFactory = _ => standard,
        CustomParser = result => ParseDuration(name, result),
    };

    static TimeSpan ParseDuration(string name, ArgumentResult result)
    {
        if (GoDuration.TryParse(result.Tokens[^1].Value, out var duration) && duration >= TimeSpan.Zero) return duration;
        result.AddError($"{name} takes a duration such as 90s or 1h30m, not '{result.Tokens[^1].Value}'");
        return default;
    }
}
