using System.Text.Json;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Br.Options;

namespace NebulaKeep.Br.Tests.Commands;

public sealed class PruneCommandTests
{
    [Fact]
    public async Task A_dry_run_prints_each_decision_with_its_reason()
    {
        var br = await ThreeAsync();

        (await br.RunAsync("prune", "--storage", "local:///backups", "--keep-last", "1", "--dry-run")).ShouldBe(0);

        var text = br.Out.ToString();
        text.Split('\n').Count(l => l.Contains("| remove | no rule keeps it |", StringComparison.Ordinal)).ShouldBe(2);
        text.ShouldContain("| keep   | last ");
        text.ShouldContain("2 of 3 backups would be removed. Nothing was.");
        (await br.Scene.Objects.ObjectsAsync()).Count(o => o.Key.EndsWith("/manifest.json", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task Pruning_says_what_went_and_json_says_it_to_programs()
    {
        var br = await ThreeAsync();

        (await br.RunAsync("prune", "--storage", "local:///backups", "--keep-last", "2", "--output", "json")).ShouldBe(0);

        var result = JsonDocument.Parse(br.Out.ToString().TrimEnd('\n').Split('\n')[^1]).RootElement;
        result.GetProperty("removed").GetArrayLength().ShouldBe(1);
        result.GetProperty("objects").GetInt64().ShouldBe(35);
        (await br.Scene.Objects.ObjectsAsync()).Count(o => o.Key.EndsWith("/manifest.json", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task A_pinned_backup_is_kept()
    {
        var br = await ThreeAsync();
        var first = (await br.Scene.Objects.ObjectsAsync()).First(o => o.Key.EndsWith("/manifest.json", StringComparison.Ordinal)).Key.Split('/')[0];

        (await br.RunAsync("pin", "--storage", "local:///backups", "--name", first)).ShouldBe(0);
        (await br.RunAsync("prune", "--storage", "local:///backups", "--keep-last", "1", "-n")).ShouldBe(0);
        br.Out.ToString().ShouldContain($"| {first} | keep   | pinned");

        (await br.RunAsync("unpin", "--storage", "local:///backups", "--name", first)).ShouldBe(0);
        br.Out.ToString().ShouldContain($"{first} is no longer pinned.");
    }

    [Fact]
    public async Task Without_a_rule_nothing_is_pruned()
    {
        var br = await ThreeAsync();

        (await br.RunAsync("prune", "--storage", "local:///backups")).ShouldBe(2);

        br.Error.ToString().ShouldContain("--keep-");
    }

    [Fact]
    public async Task The_newest_backup_is_cleaned_up_only_by_force()
    {
        var br = new TestBr();
        var name = (await br.Scene.BackUpAsync()).Name.Value;

        (await br.RunAsync("cleanup", "--storage", "local:///backups", "--name", name)).ShouldBe(1);
        br.Error.ToString().ShouldContain("--force");
        (await br.RunAsync("cleanup", "--storage", "local:///backups", "--name", name, "--force")).ShouldBe(0);
        (await br.Scene.Objects.ObjectsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_interruption_says_what_it_means()
    {
        var br = await ThreeAsync();
        using var source = new CancellationTokenSource();
        br.Scene.Gate.Before = (_, call) =>
        {
            if (call == "store delete") source.Cancel();
        };

        (await br.RunAsync(["prune", "--storage", "local:///backups", "--keep-last", "1"], source.Token)).ShouldBe(130);

        br.Error.ToString().ShouldContain("are whole");
    }

    [Theory]
    [InlineData("90m", 90)]
    [InlineData("36h", 36 * 60)]
    [InlineData("7d", 7 * 24 * 60)]
    [InlineData("2w", 14 * 24 * 60)]
    [InlineData("1d12h30m", (36 * 60) + 30)]
    public void Lengths_of_time_are_written_as_people_do(string text, int minutes) => Periods.Parse(text).TotalMinutes.ShouldBe(minutes);

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("d")]
    [InlineData("7x")]
    [InlineData("-1d")]
    [InlineData("0d")]
    [InlineData("9999999d")]
    [InlineData("999999w")]
    public void Other_texts_are_refused(string text) => Should.Throw<FormatException>(() => Periods.Parse(text));

    static async Task<TestBr> ThreeAsync()
    {
        var br = new TestBr();
        for (var i = 0; i < 3; i++) await br.Scene.BackUpAsync();
        return br;
    }
}
