using NebulaKeep.Core;
using NebulaKeep.Security;
using NebulaKeep.Testing;

namespace NebulaKeep.Br.Tests.Options;

public sealed class OptionsTests
{
    readonly TestBr br = new();

    [Theory]
    [InlineData("nothing")]
    [InlineData("backup")]
    [InlineData("backup full")]
    [InlineData("backup full --meta n1:9559")]
    [InlineData("backup full --meta n1 --storage local:///b")]
    [InlineData("backup full --meta n1:9559 --storage /b")]
    [InlineData("backup full --meta n1:9559 --storage ftp://b")]
    [InlineData("backup full --meta n1:9559 --storage local:///b --concurrency 0")]
    [InlineData("backup full --meta n1:9559 --storage local:///b --output yaml")]
    [InlineData("backup incr --meta n1:9559 --storage local:///b")]
    [InlineData("backup incr --meta n1:9559 --storage local:///b --base yesterday")]
    [InlineData("backup incr --meta n1:9559 --storage local:///b --base latest --mode other")]
    [InlineData("backup incr --meta n1:9559 --storage local:///b --base latest --mode wal --wal-ttl soon")]
    [InlineData("backup incr --meta n1:9559 --storage local:///b --base latest --resume BACKUP_2026_11_22_08_00_00")]
    [InlineData("backup full --meta n1:9559 --storage local:///b --resume latest")]
    [InlineData("restore full --meta n1:9559 --storage local:///b --name BACKUP_nope")]
    [InlineData("restore rollback")]
    [InlineData("show --storage s3://b --s3.sse rot13")]
    [InlineData("show --storage s3://b --s3.access_key only")]
    public async Task A_wrong_command_line_is_code_2_and_nothing_is_called(string line)
    {
        (await br.RunAsync(line.Split(' '))).ShouldBe(2);

        br.Error.ToString().ShouldNotBeEmpty();
        br.Scene.Gate.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("backup full")]
    [InlineData("backup incr")]
    [InlineData("restore full")]
    [InlineData("restore rollback")]
    [InlineData("show")]
    [InlineData("cleanup")]
    public async Task Every_command_explains_itself(string command)
    {
        (await br.RunAsync([.. command.Split(' '), "--help"])).ShouldBe(0);

        br.Out.ToString().ShouldContain("--");
    }

    [Theory]
    [InlineData("--meta a:1,b:2")]
    [InlineData("--meta a:1 --meta b:2")]
    public async Task Metads_are_repeated_or_separated_by_commas(string flags)
    {
        await br.RunAsync([.. "backup full --storage local:///b".Split(' '), .. flags.Split(' ')]);

        br.Connection!.Metads.ShouldBe([new HostAddress("a", 1), new HostAddress("b", 2)]);
    }

    [Fact]
    public async Task Without_tls_flags_all_is_plain()
    {
        await br.RunAsync("backup", "full", "--meta", "a:1", "--storage", "local:///b");

        br.Connection!.DaemonTls.ShouldBeNull();
        br.Connection.AgentTls.ShouldBeNull();
    }

    [Fact]
    public async Task With_ssl_flags_name_the_files_and_rules()
    {
        await br.RunAsync([.. "backup full --meta a:1 --storage local:///b --enable-ssl --ca-path ca --cert-path cert --key-path key --server-name name --insecure-skip-verify".Split(' ')]);

        br.Connection!.DaemonTls.ShouldBe(new TlsFiles("ca", "cert", "key", null, "name", InsecureSkipVerify: true));
        br.Connection.AgentTls.ShouldBe(br.Connection.DaemonTls);
    }

    [Fact]
    public async Task The_environment_names_the_files_for_all_or_none()
    {
        br.Environment["CA_CERT_PATH"] = "ca";
        br.Environment["CLIENT_CERT_PATH"] = "cert";
        br.Environment["CLIENT_KEY_PATH"] = "key";

        await br.RunAsync("backup", "full", "--meta", "a:1", "--storage", "local:///b", "--enable-ssl");

        br.Connection!.DaemonTls.ShouldBe(new TlsFiles("ca", "cert", "key"));
    }

    [Fact]
    public async Task Agents_are_spoken_to_over_tls_where_certificates_are_given_though_daemons_have_none()
    {
        await br.RunAsync("backup", "full", "--meta", "a:1", "--storage", "local:///b", "--ca-path", "ca");

        br.Connection!.DaemonTls.ShouldBeNull();
        br.Connection.AgentTls!.CaPath.ShouldBe("ca");
    }

    [Fact]
    public async Task Flags_of_the_store_come_before_the_environment()
    {
        br.Environment["AWS_ACCESS_KEY_ID"] = "env";
        br.Environment["AWS_SECRET_ACCESS_KEY"] = "env-secret";
        br.Environment["AWS_REGION"] = "eu-env";

        await br.RunAsync([.. "show --storage s3://bucket/some/prefix/ --s3.endpoint http://s3:9000 --s3.region eu --s3.access_key flag --s3.secret_key flag-secret".Split(' ')]);

        var settings = br.StoreSettings!;
        settings.Uri.ToString().ShouldBe("s3://bucket/some/prefix");
        (settings.S3!.Endpoint, settings.S3.Region, settings.S3.AccessKey, settings.S3.SecretKey!.Reveal()).ShouldBe(("http://s3:9000", "eu", "flag", "flag-secret"));
    }

    [Fact]
    public async Task The_environment_of_the_store_fills_in_what_flags_leave_out_without_the_line_ends_of_files()
    {
        br.Environment["AWS_ACCESS_KEY_ID"] = "env\n";
        br.Environment["AWS_SECRET_ACCESS_KEY"] = "env-secret\n";
        br.Environment["AWS_SESSION_TOKEN"] = "token\n";

        await br.RunAsync("show", "--storage", "s3://bucket");

        (br.StoreSettings!.S3!.AccessKey, br.StoreSettings.S3.SecretKey!.Reveal(), br.StoreSettings.S3.SessionToken!.Reveal()).ShouldBe(("env", "env-secret", "token"));
    }

    [Fact]
    public async Task A_secret_is_never_printed_or_logged()
    {
        using var folder = new TemporaryFolder();
        br.Scene.Gate.Before = Backup.Tests.Fakes.Scene.FailAt(20);

        await br.RunAsync([.. $"backup full --meta n1:9559 --storage s3://bucket --s3.access_key k --s3.secret_key canary-7f3a --s3.session_token canary-9b1c --log {folder.File("br.log")} --debug".Split(' ')]);

        var all = br.Out + br.Error.ToString() + await File.ReadAllTextAsync(folder.File("br.log"));
        all.ShouldContain("failed");
        all.ShouldNotContain("canary");
    }

    [Fact]
    public async Task The_log_file_holds_a_json_document_a_line()
    {
        using var folder = new TemporaryFolder();

        await br.RunAsync("backup", "full", "--meta", "n1:9559", "--storage", "local:///b", "--log", folder.File("br.log"));

        var lines = await File.ReadAllLinesAsync(folder.File("br.log"));
        lines.Length.ShouldBeGreaterThan(10);
        lines.ShouldAllBe(l => System.Text.Json.JsonDocument.Parse(l, default).RootElement.GetProperty("level").GetString() == "Information");
    }
}
