using System.Text.Json;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Backup.Tests.Restores;
using NebulaKeep.Testing;

namespace NebulaKeep.Br.Tests.Commands;

public sealed class VerifyCommandTests
{
    const string Name = "BACKUP_2026_11_22_08_00_00";
    const string Sst = $"{Name}/data/n1:9779/data0/1/data/000009.sst";

    [Fact]
    public async Task A_whole_backup_ends_with_0_and_a_sentence_on_what_was_seen()
    {
        var br = new TestBr();
        await br.Scene.BackUpAsync();

        (await br.RunAsync("verify", "--storage", "local:///backups", "--name", Name, "--level", "checksum")).ShouldBe(0);

        br.Out.ToString().ShouldContain($"{Name} is whole: 36 objects");
        br.Out.ToString().ShouldContain("all read");
    }

    [Fact]
    public async Task Damage_ends_with_1_and_each_object_with_its_users_is_listed()
    {
        var br = new TestBr();
        var full = await br.Scene.BackUpAsync();
        var incremental = await br.Scene.BackUpOnAsync(full.Name);
        await br.Scene.Objects.ReplaceAsync(Sst, [1, 2]);

        (await br.RunAsync("verify", "--storage", "local:///backups", "--name", Name)).ShouldBe(1);

        br.Out.ToString().ShouldContain($"damaged: {Sst}: has 2 bytes");
        br.Out.ToString().ShouldContain($"also used by {incremental.Name}");
        br.Out.ToString().ShouldContain($"{Name} is DAMAGED: 1 object of 36");
    }

    [Fact]
    public async Task Json_holds_the_findings()
    {
        var br = new TestBr();
        await br.Scene.BackUpAsync();
        await br.Scene.Objects.RemoveAsync(Sst);

        (await br.RunAsync("verify", "--storage", "local:///backups", "--name", Name, "--output", "json")).ShouldBe(1);

        var result = JsonDocument.Parse(br.Out.ToString().TrimEnd('\n').Split('\n')[^1]).RootElement;
        result.GetProperty("whole").GetBoolean().ShouldBeFalse();
        var finding = result.GetProperty("findings").EnumerateArray().ShouldHaveSingleItem();
        (finding.GetProperty("kind").GetString(), finding.GetProperty("key").GetString()).ShouldBe(("Missing", Sst));
    }

    [Fact]
    public async Task Of_a_backup_of_nebula_br_the_output_says_how_far_it_was_verified()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        var br = new TestBr { Store = golden.Store };

        (await br.RunAsync("verify", "--storage", "local:///backups", "--name", "BACKUP_2026_11_22_10_11_11")).ShouldBe(0);

        br.Out.ToString().ShouldContain("note: It has no manifest");
    }

    [Fact]
    public async Task Level_deep_looks_into_databases_and_json_has_its_figures()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        using var scratch = new TemporaryFolder();
        var br = new TestBr { Store = golden.Store };

        (await br.RunAsync("verify", "--storage", "local:///backups", "--name", "BACKUP_2026_11_22_10_11_11", "--level", "deep", "--scratch", scratch.Path, "--output", "json")).ShouldBe(0);

        var result = JsonDocument.Parse(br.Out.ToString().TrimEnd('\n').Split('\n')[^1]).RootElement;
        result.GetProperty("level").GetString().ShouldBe("deep");
        (result.GetProperty("sound").GetProperty("databases").GetInt32(), result.GetProperty("sound").GetProperty("partitions").GetInt32()).ShouldBe((9, 16));
        Directory.EnumerateFileSystemEntries(scratch.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Level_deep_says_what_is_sound_and_what_is_not()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        var br = new TestBr { Store = golden.Store };
        await golden.Store.ReplaceAsync("BACKUP_2026_11_22_10_11_11/data/127.0.1.3:9779/data0/3/data/CURRENT", [1]);

        (await br.RunAsync("verify", "--storage", "local:///backups", "--name", "BACKUP_2026_11_22_10_11_11", "--level", "deep")).ShouldBe(1);

        br.Out.ToString().ShouldContain("damaged: BACKUP_2026_11_22_10_11_11/data/127.0.1.3:9779/data0/3/data: ");
        br.Out.ToString().ShouldContain("space 3 on 127.0.1.3:9779 (/data/nebula/n3/data/storage) cannot be restored from this replica");
        br.Out.ToString().ShouldContain("is DAMAGED: 1 thing in 168 objects");
    }

    [Fact]
    public async Task A_share_of_objects_is_not_looked_into_deeply() =>
        (await new TestBr().RunAsync("verify", "--storage", "local:///backups", "--name", Name, "--level", "deep", "--sample", "1%")).ShouldBe(2);

    [Theory]
    [InlineData("--level", "thorough")]
    [InlineData("--scratch", "/tmp/elsewhere")]
    [InlineData("--sample", "0")]
    [InlineData("--sample", "101%")]
    [InlineData("--sample", "1%")]
    [InlineData("--concurrency", "0")]
    public async Task Flags_that_make_no_sense_are_wrong_usage(string flag, string value) =>
        (await new TestBr().RunAsync("verify", "--storage", "local:///backups", "--name", Name, flag, value)).ShouldBe(2);

    [Fact]
    public async Task A_name_that_is_not_there_is_a_failure()
    {
        var br = new TestBr();

        (await br.RunAsync("verify", "--storage", "local:///backups", "--name", Name)).ShouldBe(1);

        br.Error.ToString().ShouldContain($"no complete backup {Name}");
    }
}
