using NebulaKeep.Testing;

namespace NebulaKeep.Br.Tests.Options;

public sealed class GcsOptionsTests : IDisposable
{
    const string Key = """{"type":"authorized_user","client_id":"i","client_secret":"canary-1","refresh_token":"canary-2"}""";
    readonly TestBr br = new();
    readonly TemporaryFolder folder = new();

    [Fact]
    public async Task A_flag_names_the_file_with_the_credentials_the_server_and_its_CA()
    {
        br.Environment["GOOGLE_APPLICATION_CREDENTIALS"] = "/nowhere";

        await br.RunAsync("show", "--storage", "gs://bucket/some/prefix/", "--gs.credentials", folder.Write("key.json", Key), "--gs.endpoint", "https://gcs:4443", "--gs.ca", folder.Write("ca.crt", "pem"));

        var settings = br.StoreSettings!;
        settings.Uri.ToString().ShouldBe("gs://bucket/some/prefix");
        (settings.Gcs!.Endpoint, settings.Gcs.Credentials!.Reveal(), settings.Gcs.CaPem).ShouldBe(("https://gcs:4443", Key, "pem"));
        settings.S3.ShouldBeNull();
    }

    [Fact]
    public async Task Br_ents_form_with_the_JSON_itself_is_taken()
    {
        await br.RunAsync("show", "--storage", "gs://bucket", "--gs.credentials", Key);

        br.StoreSettings!.Gcs!.Credentials!.Reveal().ShouldBe(Key);
    }

    [Theory]
    [InlineData("GOOGLE_APPLICATION_CREDENTIALS")]
    [InlineData("GOOGLE_APPLICATION_CREDENTIALS_JSON")]
    public async Task The_environment_fills_in_what_flags_leave_out_so_that_agents_get_it(string variable)
    {
        br.Environment[variable] = variable.EndsWith("JSON", StringComparison.Ordinal) ? Key : folder.Write("key.json", Key);

        await br.RunAsync("show", "--storage", "gs://bucket");

        br.StoreSettings!.Gcs!.Credentials!.Reveal().ShouldBe(Key);
    }

    [Fact]
    public async Task A_token_of_the_environment_is_taken()
    {
        br.Environment["GOOGLE_OAUTH_ACCESS_TOKEN"] = "token";

        await br.RunAsync("show", "--storage", "gs://bucket");

        br.StoreSettings!.Gcs!.AccessToken!.Reveal().ShouldBe("token");
    }

    [Fact]
    public async Task An_identity_that_only_this_machine_has_is_not_sent_to_agents()
    {
        br.Environment["GOOGLE_APPLICATION_CREDENTIALS"] = folder.Write("federated.json", """{"type":"external_account"}""");

        await br.RunAsync("show", "--storage", "gs://bucket");

        (br.StoreSettings!.Gcs!.Credentials, br.StoreSettings.Gcs.AccessToken).ShouldBe((null, null));
    }

    [Theory]
    [InlineData("--gs.credentials", "/nowhere.json", "/nowhere.json")]
    [InlineData("--gs.credentials", "{\"type\":\"service_account\",\"private_key\":\"canary\"}", "client_email")]
    [InlineData("--gs.ca", "/nowhere.crt", "/nowhere.crt")]
    public async Task What_cannot_be_used_is_named_and_no_key_shown(string flag, string value, string says)
    {
        (await br.RunAsync("show", "--storage", "gs://bucket", flag, value)).ShouldBe(1);

        br.Error.ToString().ShouldContain(says);
        br.Error.ToString().ShouldNotContain("canary");
    }

    [Fact]
    public async Task Credentials_are_never_printed_or_logged()
    {
        br.Scene.Gate.Before = Backup.Tests.Fakes.Scene.FailAt(20);
        br.Environment["GOOGLE_APPLICATION_CREDENTIALS_JSON"] = Key;

        await br.RunAsync([.. $"backup full --meta n1:9559 --storage gs://bucket --log {folder.File("br.log")} --debug".Split(' ')]);

        var all = br.Out + br.Error.ToString() + await File.ReadAllTextAsync(folder.File("br.log"));
        all.ShouldContain("failed");
        all.ShouldNotContain("canary");
    }

    public void Dispose() => folder.Dispose();
}
