using System.Text.Json;
using NebulaKeep.Backup.Tests.Restores;

namespace NebulaKeep.Br.Tests.Commands;

public sealed class ShowCommandTests
{
    [Fact]
    public async Task Backups_of_nebula_br_are_printed_as_nebula_br_printed_them_with_one_column_more()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        var br = new TestBr { Store = golden.Store };
        var theirs = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Golden", "nebula-br-show.txt"));

        (await br.RunAsync("show", "--storage", "local:///backups")).ShouldBe(0);

        var base_ = new[] { "------------------+", " BASE BACKUP NAME |", "------------------+", "                  |", "                  |", "------------------+" };
        br.Out.ToString().TrimEnd('\n').Split('\n').ShouldBe(theirs.Zip(base_, (line, column) => line + column));
    }

    [Fact]
    public async Task An_empty_store_has_a_header()
    {
        var br = new TestBr();

        (await br.RunAsync("show", "--storage", "local:///backups")).ShouldBe(0);

        br.Out.ToString().Split('\n')[1].ShouldBe("| NAME | CREATE TIME | SPACES | FULL BACKUP | ALL SPACES | BASE BACKUP NAME |");
    }

    [Fact]
    public async Task Debris_is_broken_and_the_reason_goes_to_standard_error()
    {
        var br = new TestBr();
        await br.Scene.Objects.PutAsync("BACKUP_2026_01_01_00_00_00/data/x", new MemoryStream([1]), ObjectStore.PutCondition.CreateOnly, CancellationToken.None);

        await br.RunAsync("show", "--storage", "local:///backups");

        br.Out.ToString().ShouldContain("| BACKUP_2026_01_01_00_00_00 | backup is broken | N/A    | N/A         | N/A        | N/A              |");
        br.Error.ToString().ShouldContain("neither manifest.json nor .meta");
    }

    [Fact]
    public async Task Json_holds_the_same_backups()
    {
        var br = new TestBr();
        await br.Scene.BackUpAsync();

        (await br.RunAsync("show", "--storage", "local:///backups", "--output", "json")).ShouldBe(0);

        var entry = JsonDocument.Parse(br.Out.ToString()).RootElement.EnumerateArray().ShouldHaveSingleItem();
        entry.GetProperty("name").GetString().ShouldBe("BACKUP_2026_11_22_08_00_00");
        entry.GetProperty("state").GetString().ShouldBe("Complete");
        entry.GetProperty("totals").GetProperty("files").GetInt64().ShouldBe(35);
    }
}
