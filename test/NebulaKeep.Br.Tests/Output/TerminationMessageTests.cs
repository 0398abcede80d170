using System.Text;
using System.Text.Json.Nodes;
using NebulaKeep.Br.Output;
using NebulaKeep.Testing;

namespace NebulaKeep.Br.Tests.Output;

public sealed class TerminationMessageTests : IDisposable
{
    static readonly string[] Where = ["--meta", "n1:9559", "--storage", "local:///backups"];
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backup_leaves_its_result_in_the_named_file(bool isTerminal)
    {
        var br = new TestBr { IsTerminal = isTerminal };
        br.Environment["BR_TERMINATION_MESSAGE_PATH"] = folder.File("message");

        await br.RunAsync(["backup", "full", .. Where]);

        var message = Read();
        (message["event"]!.GetValue<string>(), message["name"]!.GetValue<string>(), message["files"]!.GetValue<int>()).ShouldBe(("complete", "BACKUP_2026_11_22_08_00_00", 35));
    }

    [Fact]
    public async Task A_failure_leaves_its_reason()
    {
        var br = new TestBr();
        br.Environment["BR_TERMINATION_MESSAGE_PATH"] = folder.File("message");

        (await br.RunAsync(["cleanup", "--storage", "local:///backups", "--name", "BACKUP_2026_01_01_01_01_01"])).ShouldBe(1);

        var message = Read();
        (message["event"]!.GetValue<string>(), message["reason"]!.GetValue<string>()).ShouldBe(("failed", "NothingToClean"));
        message["message"]!.GetValue<string>().ShouldContain("BACKUP_2026_01_01_01_01_01");
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_does_not_spoil_the_backup()
    {
        var br = new TestBr();
        br.Environment["BR_TERMINATION_MESSAGE_PATH"] = folder.File("no/such/folder");

        (await br.RunAsync(["backup", "full", .. Where])).ShouldBe(0);
    }

    [Fact]
    public async Task Without_the_variable_nothing_is_written()
    {
        await new TestBr().RunAsync(["backup", "full", .. Where]);

        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void A_result_that_is_too_long_arrives_whole_without_its_lists()
    {
        var json = new JsonObject
        {
            ["event"] = "failed",
            ["name"] = "BACKUP_2026_11_22_08_00_00",
            ["message"] = new string('ä', 5000),
            ["notices"] = new JsonArray(new string('x', 5000)),
        };

        var fitted = TerminationMessage.Fit(json.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

        Encoding.UTF8.GetByteCount(fitted).ShouldBeLessThanOrEqualTo(4096);
        var read = (JsonObject)JsonNode.Parse(fitted)!;
        read["name"]!.GetValue<string>().ShouldBe("BACKUP_2026_11_22_08_00_00");
        read["message"]!.GetValue<string>().ShouldStartWith("äää");
        read.ContainsKey("notices").ShouldBeFalse();
    }

    JsonObject Read() => (JsonObject)JsonNode.Parse(File.ReadAllText(folder.File("message")))!;
}
