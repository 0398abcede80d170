using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Testing;

namespace NebulaKeep.Certs.Tests;

public sealed class CertsProgramTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly FakeTimeProvider clock = new();
    readonly StringWriter output = new();
    readonly StringWriter error = new();
    readonly Dictionary<string, string> variables = new(StringComparer.Ordinal);
    readonly List<string> ownNames = ["nebula-metad-0.nebula-metad-headless.default.svc.cluster.local", "nebula-metad-0"];

    [Fact]
    public async Task Issue_writes_once_and_then_keeps()
    {
        (await RunAsync(Issue("--server-name", "metad0"))).ShouldBe(0);
        (await RunAsync(Issue("--server-name", "metad0"))).ShouldBe(0);

        output.ToString().ShouldContain("issued, valid until 2027-02-20");
        output.ToString().ShouldContain("kept, valid until 2027-02-20");
    }

    [Fact]
    public async Task In_a_pod_everything_may_come_from_the_environment()
    {
        await RunAsync("issue", "--out", folder.File("first"), "--ca-dir", folder.File("ca"), "--server-name", "x");
        variables["NEBULA_CERTS_OUT"] = folder.File("certs");
        variables["NEBULA_CERTS_CA_CERT"] = folder.File("ca/ca.crt");
        variables["NEBULA_CERTS_CA_KEY"] = folder.File("ca/ca.key");
        variables["NEBULA_CERTS_CA_BUNDLE"] = folder.File("no-such-file");
        variables["NEBULA_CERTS_SERVER_NAMES"] = "metad0, *.headless";
        variables["NEBULA_CERTS_DAYS"] = "30";

        (await RunAsync("issue")).ShouldBe(0);

        (await RunAsync(Inspect())).ShouldBe(0);
        output.ToString().ShouldContain("metad0, *.headless");
        output.ToString().ShouldContain("valid until 2026-12-22");
    }

    [Fact]
    public async Task A_sidecar_adds_its_pods_names_to_those_that_are_there_and_names_that_are_asked_for_replace_them()
    {
        await RunAsync(Issue("--server-name", "nebula-graphd-svc"));

        (await RunAsync(Issue())).ShouldBe(0);
        await RunAsync(Inspect());
        output.ToString().ShouldContain($"{string.Join(", ", ownNames)}, nebula-graphd-svc");

        output.GetStringBuilder().Clear();
        await RunAsync(Issue("--server-name", "other"));
        await RunAsync(Inspect());
        output.ToString().ShouldNotContain("nebula-graphd-svc");
    }

    [Fact]
    public async Task A_number_in_the_environment_that_is_none_is_wrong_usage()
    {
        variables["NEBULA_CERTS_DAYS"] = "many";

        (await RunAsync(Issue("--server-name", "metad0"))).ShouldBe(2);

        error.ToString().ShouldContain("--days must be between");
    }

    [Fact]
    public async Task Force_issues_anew()
    {
        await RunAsync(Issue("--server-name", "metad0"));
        var before = File.ReadAllText(folder.File("certs/server.crt"));

        (await RunAsync(Issue("--server-name", "metad0", "--force"))).ShouldBe(0);

        File.ReadAllText(folder.File("certs/server.crt")).ShouldNotBe(before);
    }

    [Fact]
    public async Task Issued_files_pass_inspection_until_they_expire()
    {
        await RunAsync(Issue("--server-name", "*.nebula-metad-headless.default.svc.cluster.local", "--san", "127.0.0.1", "--days", "1"));

        (await RunAsync(Inspect())).ShouldBe(0);
        output.ToString().ShouldContain("*.nebula-metad-headless.default.svc.cluster.local, 127.0.0.1");
        clock.Advance(TimeSpan.FromDays(2));
        (await RunAsync(Inspect())).ShouldBe(1);
        output.ToString().ShouldContain("expired at 2026-11-23 08:00");
    }

    [Theory]
    [InlineData]
    [InlineData("unknown")]
    [InlineData("issue")]
    [InlineData("issue", "--out", "x", "--server-name", "a")]
    [InlineData("issue", "--out", "x", "--server-name", "a", "--ca-cert", "y")]
    [InlineData("issue", "--out", "x", "--server-name", "a", "--ca-dir", "z", "--ca-cert", "y", "--ca-key", "k")]
    [InlineData("serve", "--out", "x", "--ca-dir", "z", "--server-name", "a", "--ca-overlap", "-1")]
    [InlineData("issue", "--out", "x", "--ca-dir", "z", "--server-name", "not a name")]
    [InlineData("issue", "--out", "x", "--ca-dir", "z", "--server-name", "a", "--days", "0")]
    [InlineData("issue", "--out", "x", "--ca-dir", "z", "--server-name", "a", "--days", "NaN")]
    public async Task Wrong_usage_ends_with_2_and_a_hint(params string[] arguments)
    {
        (await RunAsync(arguments)).ShouldBe(2);

        error.ToString().ShouldContain("--help");
    }

    [Fact]
    public async Task A_failure_ends_with_1_and_names_the_file()
    {
        (await RunAsync("inspect", "--ca", folder.File("absent"), "--cert", "x", "--key", "y")).ShouldBe(1);

        error.ToString().ShouldContain(folder.File("absent"));
    }

    [Theory]
    [InlineData("issue")]
    [InlineData("serve")]
    [InlineData("inspect")]
    public async Task Help_shows_an_example(string command)
    {
        (await RunAsync(command, "--help")).ShouldBe(0);

        output.ToString().ShouldContain($"nebula-certs {command} --");
    }

    [Fact]
    public async Task Serve_issues_at_once_renews_in_time_and_ends_well_when_asked_to()
    {
        using var stop = new CancellationTokenSource();
        var serving = RunAsync(["serve", .. Issue("--server-name", "metad0", "--days", "1")[1..]], stop.Token);
        await Eventually.TrueAsync(() => File.Exists(folder.File("certs/client.key")) && clock.PendingTimers == 1, "serve issues and waits");
        var before = File.ReadAllText(folder.File("certs/server.crt"));

        clock.Advance(TimeSpan.FromHours(20));
        await Eventually.TrueAsync(() => File.ReadAllText(folder.File("certs/server.crt")) != before, "serve renews");
        await stop.CancelAsync();

        (await serving).ShouldBe(0);
    }

    /// <summary>The image's own command in a pod whose Secret is mounted: neither flags nor variables of the pod.</summary>
    [Fact]
    public async Task A_sidecar_has_the_names_of_its_pod()
    {
        await RunAsync("issue", "--out", folder.File("unused"), "--ca-dir", folder.File("ca"), "--server-name", "x");
        variables["NEBULA_CERTS_OUT"] = folder.File("certs");
        variables["NEBULA_CERTS_CA_CERT"] = folder.File("ca/ca.crt");
        variables["NEBULA_CERTS_CA_KEY"] = folder.File("ca/ca.key");
        using var stop = new CancellationTokenSource();

        var serving = RunAsync(["serve"], stop.Token);

        await Eventually.TrueAsync(() => File.Exists(folder.File("certs/client.key")) && clock.PendingTimers == 1, "serve issues and waits");
        await stop.CancelAsync();
        (await serving).ShouldBe(0);
        (await RunAsync(Inspect())).ShouldBe(0);
        output.ToString().ShouldContain(string.Join(", ", ownNames));
    }

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
        error.Dispose();
    }

    string[] Issue(params string[] more) => ["issue", "--out", folder.File("certs"), "--ca-dir", folder.File("ca"), .. more];

    string[] Inspect() =>
        ["inspect", "--ca", folder.File("certs/ca.crt"), "--cert", folder.File("certs/server.crt"), "--key", folder.File("certs/server.key")];

    Task<int> RunAsync(params string[] arguments) => RunAsync(arguments, CancellationToken.None);

    Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        CertsProgram.RunAsync(arguments, new CertsHost(output, error, NullLoggerFactory.Instance, clock, new Random(1), variables.GetValueOrDefault, () => ownNames), cancellationToken);
}
