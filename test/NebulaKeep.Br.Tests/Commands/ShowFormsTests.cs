using System.Text.Json;
using NebulaKeep.Backup.Catalog;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Br.Output;

namespace NebulaKeep.Br.Tests.Commands;

/// <summary>What <c>show</c> tells beyond nebula-br's table.</summary>
public sealed class ShowFormsTests
{
    const string First = "BACKUP_2026_11_22_08_00_00";
    const string Second = "BACKUP_2026_11_23_08_00_00";

    [Fact]
    public async Task Wide_has_sizes_times_and_states()
    {
        var br = await ChainAsync();

        (await br.RunAsync("show", "--storage", "local:///backups", "--wide")).ShouldBe(0);

        var lines = br.Out.ToString().Split('\n');
        foreach (var title in new[] { "STATE", "TYPE", "SIZE", "OWN", "SHARED", "TOOK", "BLOCKED", "PINNED", "BASE" }) lines[1].ShouldContain(title);
        lines.Single(l => l.StartsWith($"| {First}", StringComparison.Ordinal)).ShouldContain("| full ");
        lines.Single(l => l.StartsWith($"| {Second}", StringComparison.Ordinal)).ShouldSatisfyAllConditions(
            l => l.ShouldContain("| incr share |"),
            l => l.ShouldContain("| 0 B "),
            l => l.ShouldContain("complete"));
    }

    [Fact]
    public async Task A_tree_hangs_incrementals_below_their_base()
    {
        var br = await ChainAsync();

        (await br.RunAsync("show", "--storage", "local:///backups", "--tree")).ShouldBe(0);

        br.Out.ToString().ShouldContain($"| └ {Second} |");
    }

    [Fact]
    public void A_tree_shows_every_backup_once_also_in_circles_and_deep_chains()
    {
        CatalogEntry[] circle = [Entry("a", "b"), Entry("b", "a"), Entry("c", "missing"), Entry("d", null)];
        CatalogEntry[] deep = [.. Enumerable.Range(0, 20_000).Select(i => Entry($"{i:00000}", i == 0 ? null : $"{i - 1:00000}"))];

        CatalogTree.Of(circle).Select(l => l.Entry.Name).ShouldBe(["c", "d", "a", "b"]);
        CatalogTree.Of(deep).Count.ShouldBe(20_000);
    }

    [Fact]
    public void Branches_are_drawn_as_a_tree() =>
        CatalogTree.Of([Entry("a", null), Entry("b", "a"), Entry("c", "b"), Entry("d", "a")]).Select(l => l.Branch + l.Entry.Name).ShouldBe(["a", "├ b", "│ └ c", "└ d"]);

    [Fact]
    public async Task One_backup_is_shown_in_detail()
    {
        var br = await ChainAsync();

        (await br.RunAsync("show", "--storage", "local:///backups", "--name", First)).ShouldBe(0);

        br.Out.ToString().ShouldSatisfyAllConditions(
            t => t.ShouldContain($"Used by:        {Second}"),
            t => t.ShouldContain("State:          complete"),
            t => t.ShouldContain("people"),
            t => t.ShouldContain("in 35 files"));
    }

    [Fact]
    public async Task Detail_as_json_has_the_places_of_the_bytes()
    {
        var br = await ChainAsync();

        (await br.RunAsync("show", "--storage", "local:///backups", "--name", Second, "--output", "json")).ShouldBe(0);

        var root = JsonDocument.Parse(br.Out.ToString()).RootElement;
        root.GetProperty("places")[0].GetProperty("directory").GetString().ShouldBe(First);
        root.GetProperty("manifest").GetProperty("base").GetString().ShouldBe(First);
    }

    [Fact]
    public async Task A_name_that_is_not_there_is_a_failure()
    {
        var br = new TestBr();

        (await br.RunAsync("show", "--storage", "local:///backups", "--name", First)).ShouldBe(1);

        br.Error.ToString().ShouldContain($"no {First}");
    }

    static async Task<TestBr> ChainAsync()
    {
        var br = new TestBr();
        var full = (await br.Scene.BackUpAsync()).Manifest;
        var manifest = full with { Name = Second, Type = BackupType.Incremental, Mode = "share", Base = First, Chain = [First], Files = null };
        await new ManifestWriter(br.Scene.Objects).WriteAsync(manifest, [.. full.Files!.Select(f => f with { In = First })], CancellationToken.None);
        return br;
    }

    static CatalogEntry Entry(string name, string? origin) => new() { Name = name, State = BackupState.Complete, Base = origin };
}
