using System.CommandLine;
using Microsoft.Extensions.Logging;
using NebulaKeep.Operator.Hosting;

namespace NebulaKeep.Operator.Tests.Hosting;

public sealed class OperatorFlagsTests
{
    [Fact]
    public void Without_flags_the_defaults_of_upstream_hold()
    {
        var options = Parse();

        options.ShouldSatisfyAllConditions(
            () => options.WatchNamespaces.ShouldBeEmpty(),
            () => options.Controllers.ShouldBeEmpty(),
            () => options.SyncPeriod.ShouldBeNull(),
            () => options.BackupWorkers.ShouldBe(5),
            () => options.Leader.ShouldBe(new LeaderOptions()),
            () => options.MetricsAddress.ShouldBe(":8080"),
            () => options.HealthAddress.ShouldBe(":8081"),
            () => options.ClusterDomain.ShouldBe("cluster.local"),
            () => options.AllowCrossNamespace.ShouldBeFalse());
    }

    [Fact]
    public void Every_flag_is_taken_over()
    {
        var options = Parse(
            "--kubeconfig", "/k", "--watch-namespaces", "a,b", "--nebula-object-selector", "team=a", "--sync-period", "0h30m0s", "--controllers", "nebulabackup",
            "--concurrent-nebulacluster-syncs", "1", "--concurrent-nebulabackup-syncs", "2", "--concurrent-nebulacronbackup-syncs", "3", "--leader-elect",
            "--leader-elect-resource-namespace", "ops", "--leader-elect-lease-duration", "30s", "--leader-elect-renew-deadline", "20s", "--leader-elect-retry-period", "5s",
            "--metrics-bind-address", ":1", "--health-probe-bind-address", ":2", "--kube-domain", "example.org", "--allow-cross-namespace",
            "--default-backup-deadline", "3h", "--clean-timeout", "10m", "--log-level", "Debug", "--log-format", "text");

        options.ShouldSatisfyAllConditions(
            () => options.KubeConfig.ShouldBe("/k"),
            () => options.WatchNamespaces.ShouldBe(["a", "b"]),
            () => options.ObjectSelector.ShouldBe("team=a"),
            () => options.SyncPeriod.ShouldBe(TimeSpan.FromMinutes(30)),
            () => options.Controllers.ShouldBe(["nebulabackup"]),
            () => (options.ClusterWorkers, options.BackupWorkers, options.CronBackupWorkers).ShouldBe((1, 2, 3)),
            () => options.Leader.ShouldBe(new LeaderOptions { Elect = true, Namespace = "ops", LeaseDuration = TimeSpan.FromSeconds(30), RenewDeadline = TimeSpan.FromSeconds(20), RetryPeriod = TimeSpan.FromSeconds(5) }),
            () => (options.MetricsAddress, options.HealthAddress).ShouldBe((":1", ":2")),
            () => options.ClusterDomain.ShouldBe("example.org"),
            () => options.AllowCrossNamespace.ShouldBeTrue(),
            () => options.BackupDeadline.ShouldBe(TimeSpan.FromHours(3)),
            () => options.CleanTimeout.ShouldBe(TimeSpan.FromMinutes(10)),
            () => (options.LogLevel, options.LogFormat).ShouldBe((LogLevel.Debug, "text")));
    }

    [Fact]
    public void The_domain_comes_from_the_environment_where_no_flag_names_it() =>
        Parse(name => name == "KUBERNETES_CLUSTER_DOMAIN" ? "corp.example" : null).ClusterDomain.ShouldBe("corp.example");

    [Theory]
    [InlineData("--sync-period", "soon")]
    [InlineData("--concurrent-nebulabackup-syncs", "0")]
    [InlineData("--log-format", "xml")]
    [InlineData("--no-such-flag", "1")]
    public async Task A_wrong_flag_is_named_and_ends_with_2(string flag, string value)
    {
        var error = new StringWriter();

        var code = await OperatorProgram.RunAsync([flag, value], _ => null, TextWriter.Null, error, CancellationToken.None);

        code.ShouldBe(2);
        error.ToString().ShouldContain(flag);
    }

    [Fact]
    public async Task A_missing_kubeconfig_is_named_and_ends_with_1()
    {
        var error = new StringWriter();

        var code = await OperatorProgram.RunAsync(["--kubeconfig", "/no/such/file"], _ => null, TextWriter.Null, error, CancellationToken.None);

        code.ShouldBe(1);
        error.ToString().ShouldContain("/no/such/file");
    }

    static OperatorOptions Parse(params string[] arguments) => Parse(_ => null, arguments);

    static OperatorOptions Parse(Func<string, string?> environment, params string[] arguments)
    {
        var command = new RootCommand();
        var flags = new OperatorFlags();
        flags.AddTo(command);
        var parsed = command.Parse(arguments);
        parsed.Errors.ShouldBeEmpty();
        return flags.Read(parsed, environment);
    }
}
