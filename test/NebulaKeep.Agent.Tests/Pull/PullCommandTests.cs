using NebulaKeep.Agent.Cli;
using NebulaKeep.Agent.Pull;
using NebulaKeep.Backup.Restores.Pulls;
using NebulaKeep.Testing;

namespace NebulaKeep.Agent.Tests.Pull;

public sealed class PullCommandTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    [Fact]
    public async Task Help_names_every_flag()
    {
        var (status, output, _) = await RunAsync("--help");

        status.ShouldBe(0);
        foreach (var flag in new[] { "plan", "role", "pod", "data_paths", "ratelimit", "storage", "s3.region", "s3.endpoint", "gs.endpoint", "gs.ca" }) output.ShouldContain($"--{flag}");
    }

    [Theory]
    [InlineData("--role is missing", "--plan=p")]
    [InlineData("neither metad nor storaged", "--plan=p", "--role=graphd")]
    [InlineData("does not end with a number", "--plan=p", "--role=metad", "--pod=nebula")]
    [InlineData("--data_paths", "--plan=p", "--role=metad", "--pod=a-0", "--data_paths=data")]
    [InlineData("lies in no directory of its own", "--plan=p", "--role=metad", "--pod=a-0", "--data_paths=/data")]
    [InlineData("--storage", "--plan=p", "--role=metad", "--pod=a-0", "--data_paths=/data/a", "--storage=ftp://x")]
    public async Task A_wrong_command_line_says_what_is_wrong(string expected, params string[] arguments)
    {
        var (status, _, errors) = await RunAsync(arguments);

        status.ShouldBe(2);
        errors.ShouldContain(expected);
    }

    [Fact]
    public async Task A_backup_that_is_not_there_cannot_be_helped_by_trying_again()
    {
        var (status, _, errors) = await RunAsync(Arguments(Plan()));

        status.ShouldBe(PullCommand.Hopeless);
        errors.ShouldContain("holds no complete backup");
    }

    [Fact]
    public async Task A_plan_that_is_not_there_yet_is_tried_again()
    {
        var (status, _, errors) = await RunAsync(Arguments(null));

        status.ShouldBe(1);
        errors.ShouldContain("plan.json");
    }

    [Fact]
    public async Task A_host_that_has_all_starts_also_where_the_plan_is_gone()
    {
        var arguments = Arguments(null);
        Directory.CreateDirectory(folder.File("data/meta"));
        new PullMark("r", PullScene.Name, IsDone: true).Write(folder.File("data/meta"));

        (await RunAsync(arguments)).Status.ShouldBe(0);
    }

    [Fact]
    public async Task A_plan_of_a_newer_format_is_refused()
    {
        var (status, _, errors) = await RunAsync(Arguments(Plan() with { FormatVersion = PullPlan.CurrentFormat + 1 }));

        status.ShouldBe(1);
        errors.ShouldContain("format");
    }

    [Fact]
    public async Task When_the_restore_is_over_it_ends_well_without_its_store() =>
        (await RunAsync(Arguments(Plan() with { IsComplete = true }, "--storage=gs://b", "--gs.ca=/nowhere/ca.crt"))).Status.ShouldBe(0);

    public void Dispose() => folder.Dispose();

    string[] Arguments(PullPlan? plan, params string[] others)
    {
        Directory.CreateDirectory(folder.File("data"));
        Directory.CreateDirectory(folder.File("store"));
        if (plan is not null) folder.Write("plan.json", plan.ToJson());
        return [$"--plan={folder.File("plan.json")}", "--role=metad", "--pod=nebula-metad-0", $"--data_paths={folder.File("data/meta")}", $"--storage=local://{folder.File("store")}", .. others];
    }

    static PullPlan Plan() => new() { Restore = "r", Backup = PullScene.Name, Hosts = [], MetaFiles = [], Partitions = new Dictionary<string, int>() };

    static async Task<(int Status, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        return (await AgentCommand.RunAsync(["pull", .. arguments], _ => null, output, errors), output.ToString(), errors.ToString());
    }
}
