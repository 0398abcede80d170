using System.Text.Json;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;
using NebulaKeep.Testing;

namespace NebulaKeep.Br.Tests.Commands;

public sealed class BackupAndRestoreTests
{
    static readonly string[] Where = ["--meta", "n1:9559", "--storage", "local:///backups"];

    [Fact]
    public async Task A_backup_on_a_terminal_ends_with_a_sentence_that_names_it()
    {
        var br = new TestBr();

        (await br.RunAsync(["backup", "full", .. Where])).ShouldBe(0);

        var last = br.Out.ToString().TrimEnd('\n').Split('\n')[^1];
        last.ShouldStartWith("Backup BACKUP_2026_11_22_08_00_00 is complete: 35 files");
    }

    [Fact]
    public async Task Without_a_terminal_every_line_is_json_and_the_last_names_the_backup()
    {
        var br = new TestBr { IsTerminal = false };

        (await br.RunAsync(["backup", "full", .. Where])).ShouldBe(0);

        var lines = br.Out.ToString().TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement).ToList();
        lines[^1].GetProperty("event").GetString().ShouldBe("complete");
        lines[^1].GetProperty("name").GetString().ShouldBe("BACKUP_2026_11_22_08_00_00");
        lines.ShouldContain(l => l.GetProperty("event").GetString() == "progress" && l.GetProperty("percent").GetDouble() == 100);
    }

    [Fact]
    public async Task The_clusters_spec_that_an_operator_gives_is_in_the_manifest()
    {
        using var folder = new TemporaryFolder();
        var br = new TestBr();
        br.Environment["NEBULAKEEP_CLUSTER_SPEC_FILE"] = folder.Write("spec.json", """{"enableBR":true,"metad":{"replicas":3}}""");

        (await br.RunAsync(["backup", "full", .. Where])).ShouldBe(0);

        var manifest = await new ManifestReader(br.Scene.Store).ReadAsync(BackupName.Parse("BACKUP_2026_11_22_08_00_00"), CancellationToken.None);
        manifest!.ClusterSpec!.Value.GetRawText().Where(c => !char.IsWhiteSpace(c)).ShouldBe("""{"enableBR":true,"metad":{"replicas":3}}""");
    }

    [Theory]
    [InlineData("[]", "holds no JSON object")]
    [InlineData("{", "cannot be read")]
    [InlineData(null, "cannot be read")]
    public async Task A_spec_that_is_none_is_said_before_anything_is_asked_of_the_cluster(string? content, string expected)
    {
        using var folder = new TemporaryFolder();
        var br = new TestBr();
        br.Environment["NEBULAKEEP_CLUSTER_SPEC_FILE"] = content is null ? folder.File("none") : folder.Write("spec.json", content);

        (await br.RunAsync(["backup", "full", .. Where])).ShouldBe(1);

        br.Error.ToString().ShouldContain(expected);
        (await br.Scene.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_backup_is_restored_and_removed()
    {
        var br = new TestBr();
        var before = br.Scene.Cluster.Data;
        await br.RunAsync(["backup", "full", .. Where]);
        br.Scene.Cluster.Fill("v2");

        (await br.RunAsync(["restore", "full", .. Where, "--name", "BACKUP_2026_11_22_08_00_00"])).ShouldBe(0);
        br.Scene.Cluster.Data.ShouldBe(before);

        (await br.RunAsync(["cleanup", .. Where, "--name", "BACKUP_2026_11_22_08_00_00", "--force"])).ShouldBe(0);
        (await br.Scene.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failure_is_code_1_with_the_reason_on_standard_error()
    {
        var br = new TestBr();
        br.Scene.Cluster.MetaService.Fault = CreateBackupFault.RunningJobs;

        (await br.RunAsync(["backup", "full", .. Where])).ShouldBe(1);

        br.Error.ToString().ShouldStartWith("br: The backup failed while making the checkpoint");
        br.Error.ToString().ShouldContain("E_BACKUP_RUNNING_JOBS");
    }

    [Fact]
    public async Task An_interruption_is_code_130()
    {
        var br = new TestBr();
        using var source = new CancellationTokenSource();
        br.Scene.Gate.Before = (_, call) =>
        {
            if (call.Contains("upload")) source.Cancel();
        };

        (await br.RunAsync(["backup", "full", .. Where], source.Token)).ShouldBe(130);

        br.Error.ToString().ShouldContain("was interrupted while uploading");
        await br.Scene.NothingIsLeftAsync("interrupted");
    }

    [Fact]
    public async Task Rollback_finds_nothing_to_do_on_a_sound_cluster()
    {
        var br = new TestBr();

        (await br.RunAsync("restore", "rollback", "--agents", "n1:8888,n2:8888,n3:8888")).ShouldBe(0);

        br.Out.ToString().ShouldContain("all their daemons run");
    }

    [Fact]
    public async Task Cleaning_what_does_not_exist_is_code_1()
    {
        var br = new TestBr();

        (await br.RunAsync(["cleanup", .. Where, "--name", "BACKUP_2020_01_01_00_00_00"])).ShouldBe(1);

        br.Error.ToString().ShouldContain("holds no BACKUP_2020_01_01_00_00_00");
    }

    [Fact]
    public async Task The_version_is_printed()
    {
        var br = new TestBr();

        (await br.RunAsync("version")).ShouldBe(0);

        br.Out.ToString().ShouldStartWith("br-ent 0.1.0");
    }
}
