using System.Text.RegularExpressions;
using NebulaKeep.Agent.Cli;
using NebulaKeep.Testing;

namespace NebulaKeep.Reference.Tests;

/// <summary>docs/reference says what programs and definitions say.</summary>
public sealed partial class ReferenceTests
{
    static readonly string Folder = RepositoryRoot.Join("docs", "reference");

    public static TheoryData<string> Pages => new(ReferencePages.Names);

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_is_what_would_be_made_of_the_code_now(string name)
    {
        var path = Path.Join(Folder, $"{name}.md");
        var made = await ReferencePages.MakeAsync(name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") await File.WriteAllTextAsync(path, made, TestContext.Current.CancellationToken);

        (File.Exists(path) ? await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken) : "").ShouldBe(made, $"{path}: run this test with UPDATE_GOLDEN=1 and review the difference");
    }

    [Fact]
    public void There_are_no_other_pages() =>
        Directory.GetFiles(Folder).Select(Path.GetFileNameWithoutExtension).ShouldBe(ReferencePages.Names, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_flag_and_every_field_has_a_meaning(string name)
    {
        var rows = (await ReferencePages.MakeAsync(name)).Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal));

        rows.Where(row => row.EndsWith("|  |", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>The agent's flags are not made from a list, so its own help is asked.</summary>
    [Fact]
    public void The_agent_takes_every_flag_that_its_help_names() =>
        HelpedFlags().Matches(Help.Text).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal)
            .ShouldAllBe(flag => AgentFlags.Parse(new[] { $"--{flag}=1" }).ContainsKey(flag));

    [GeneratedRegex("--(?<name>[a-z_]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HelpedFlags();
}
