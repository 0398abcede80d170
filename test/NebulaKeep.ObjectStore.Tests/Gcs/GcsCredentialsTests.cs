using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Tests.Support;
using NebulaKeep.Testing;
using NebulaKeep.Testing.Stores.Gcs;

namespace NebulaKeep.ObjectStore.Tests.Gcs;

/// <summary>Where access tokens come from, and what is said where there is none. A key never gets into a message.</summary>
public sealed class GcsCredentialsTests : GcsTests
{
    const string Canary = "canary-8a61";

    readonly TemporaryFolder folder = new();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Environment["HOME"] = folder.Path;
        Environment["GCE_METADATA_HOST"] = "127.0.0.1:1";
    }

    protected override ValueTask CleanAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("https://storage.googleapis.com", false)]
    [InlineData("storage-private.p.googleapis.com", false)]
    [InlineData("https://storage.googleapis.com:8443", true)]
    [InlineData("https://googleapis.com.example.org", true)]
    [InlineData("http://127.0.0.1:4443", true)]
    public void A_server_that_is_not_Googles_needs_credentials_of_its_own(string? endpoint, bool areMissing)
    {
        GcsCredentials.AreMissing(new GcsSettings { Endpoint = endpoint }).ShouldBe(areMissing);
        GcsCredentials.AreMissing(new GcsSettings { Endpoint = endpoint, AccessToken = new Secret("token") }).ShouldBeFalse();
    }

    [Fact]
    public async Task A_service_accounts_key_signs_for_one_token_that_serves_all_requests()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Store.PutTextAsync($"k{number}", "x")));
        (await Store.KeysAsync("")).Count.ShouldBe(20);
        Server.Tokens.Issued.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_that_is_about_to_end_is_replaced_before_the_server_refuses_it()
    {
        Server.Tokens.Lifetime = 1;
        await Store.PutAsync("k", new MemoryStream(Pattern(3 * Piece)), PutCondition.Overwrite, default);
        Server.Tokens.Issued.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Many_requests_that_are_refused_together_ask_for_one_token()
    {
        await Store.PutTextAsync("k", "x");
        Server.Tokens.Revoke();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.StatAsync("k", default)));
        Server.Tokens.Issued.ShouldBe(2);
    }

    [Fact]
    public async Task Credentials_are_looked_for_in_upstreams_order()
    {
        Environment["GCE_METADATA_HOST"] = Host;
        await WorksWithAsync(issued: 1);                                        // the machine's identity

        folder.Write(".config/gcloud/application_default_credentials.json", Server.ServiceAccountJson);
        Server.Tokens.HasIdentity = false;
        await WorksWithAsync(issued: 2);

        Environment["GOOGLE_OAUTH_ACCESS_TOKEN"] = Server.Tokens.Issue();
        await WorksWithAsync(issued: 3);

        Environment["GOOGLE_APPLICATION_CREDENTIALS_JSON"] = Server.ServiceAccountJson;
        await WorksWithAsync(issued: 4);

        Environment["GOOGLE_APPLICATION_CREDENTIALS"] = folder.Write("key.json", Server.ServiceAccountJson);
        Environment["GOOGLE_APPLICATION_CREDENTIALS_JSON"] = "broken";
        await WorksWithAsync(issued: 5);

        Environment["GOOGLE_APPLICATION_CREDENTIALS"] = "/nowhere";
        await Store.StatAsync("k", default);                                    // the settings' own
        Server.Tokens.Issued.ShouldBe(6);
    }

    [Fact]
    public async Task The_machines_identity_is_renewed_when_its_token_is_refused()
    {
        Environment["GCE_METADATA_HOST"] = Host;
        var store = Bare();
        await store.PutTextAsync("k", "x");
        Server.Tokens.Revoke();
        (await store.GetTextAsync("k")).ShouldBe("x");
        Server.Tokens.Issued.ShouldBe(2);
    }

    [Fact]
    public async Task An_identity_of_another_provider_is_exchanged()
    {
        var file = new JsonObject
        {
            ["type"] = "external_account", ["audience"] = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/k",
            ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt", ["token_url"] = Server.Endpoint + "/token",
            ["credential_source"] = new JsonObject { ["file"] = folder.Write("subject", GcsTokenServer.SubjectToken) },
        };
        Environment["GOOGLE_APPLICATION_CREDENTIALS"] = folder.Write("federated.json", file.ToJsonString());
        await WorksWithAsync(issued: 1);
        Should.Throw<ObjectStoreException>(() => Open(settings => settings with { Credentials = new Secret(file.ToJsonString()) })).Message.ShouldContain("cannot be sent to another");
    }

    [Fact]
    public async Task Nothing_found_is_refused_with_what_can_be_done_and_found_again_later()
    {
        var store = Bare();
        (await store.StatAsync("k", default).ShouldFailAsync(StoreFailure.Unauthenticated)).Message.ShouldSatisfyAllConditions(
            message => message.ShouldContain("--gs.credentials"), message => message.ShouldContain("GOOGLE_APPLICATION_CREDENTIALS"), message => message.ShouldContain("metadata server"));
    }

    [Fact]
    public async Task A_machine_without_identity_has_none()
    {
        Environment["GCE_METADATA_HOST"] = Host;
        Server.Tokens.HasIdentity = false;
        (await Bare().StatAsync("k", default).ShouldFailAsync(StoreFailure.Unauthenticated)).Message.ShouldContain("No credentials");
    }

    [Theory]
    [InlineData("", "not a JSON object")]
    [InlineData("{\"private_key\": \"" + Canary, "not a JSON object")]
    [InlineData("[\"" + Canary + "\"]", "not a JSON object")]
    [InlineData("{}", "no \"type\"")]
    [InlineData("{\"type\":\"" + Canary + "\"}", "is not one that is known")]
    [InlineData("{\"type\":\"authorized_user\",\"refresh_token\":\"" + Canary + "\"}", "no \"client_id\"")]
    [InlineData("{\"type\":\"service_account\",\"client_email\":\"a@b\",\"token_uri\":\"https://t\"}", "no \"private_key\"")]
    [InlineData("{\"type\":\"service_account\",\"client_email\":\"a@b\",\"token_uri\":\"https://t\",\"private_key\":\"" + Canary + "\"}", "no RSA key")]
    [InlineData("{\"type\":\"service_account\",\"client_email\":\"a@b\",\"token_uri\":\"https://t\",\"private_key\":\"-----BEGIN PRIVATE KEY-----\\n" + Canary + "\\n-----END PRIVATE KEY-----\\n\"}", "no RSA key")]
    public async Task Broken_credentials_are_refused_before_anything_is_sent_and_not_shown(string text, string says)
    {
        Environment["GOOGLE_APPLICATION_CREDENTIALS"] = folder.Write("broken.json", text);
        var error = await Bare().StatAsync("k", default).ShouldFailAsync(StoreFailure.Unauthenticated);
        error.Message.ShouldContain(says);
        error.Message.ShouldContain("broken.json");
        error.ToString().ShouldNotContain(Canary);
        if (text.Length == 0) return;
        var own = Should.Throw<ObjectStoreException>(() => Open(settings => settings with { Credentials = new Secret(text) }));
        own.Message.ShouldContain(says);
        own.ToString().ShouldNotContain(Canary);
    }

    [Fact]
    public void A_key_whose_token_server_would_be_asked_in_the_clear_is_refused()
    {
        var key = (JsonObject)JsonNode.Parse(Server.ServiceAccountJson)!;
        key["token_uri"] = "http://oauth.example.com/token";
        Should.Throw<ObjectStoreException>(() => Open(settings => settings with { Credentials = new Secret(key.ToJsonString()) })).Message.ShouldContain("token_uri");
    }

    [Theory]
    [InlineData("/nowhere/key.json")]
    [InlineData("/")]
    public async Task A_credentials_file_that_cannot_be_read_is_named(string path)
    {
        Environment["GOOGLE_APPLICATION_CREDENTIALS"] = path;
        (await Bare().StatAsync("k", default).ShouldFailAsync(StoreFailure.Unauthenticated)).Message.ShouldContain($"'{path}'");
    }

    [Fact]
    public async Task A_file_that_is_too_long_for_a_key_is_not_read()
    {
        Environment["GOOGLE_APPLICATION_CREDENTIALS"] = folder.Write("video.json", new string('x', 100_000));
        (await Bare().StatAsync("k", default).ShouldFailAsync(StoreFailure.Unauthenticated)).Message.ShouldContain("longer");
    }

    [Fact]
    public async Task A_key_that_Google_does_not_know_any_more_is_named_and_not_shown()
    {
        using var other = System.Security.Cryptography.RSA.Create(2048);
        var key = (JsonObject)JsonNode.Parse(Server.ServiceAccountJson)!;
        key["private_key"] = other.ExportPkcs8PrivateKeyPem();
        Environment["GOOGLE_APPLICATION_CREDENTIALS"] = folder.Write("deleted.json", key.ToJsonString());
        var error = await Bare().StatAsync("k", default).ShouldFailAsync(StoreFailure.Unauthenticated);
        error.Message.ShouldContain("invalid_grant");
        error.Message.ShouldContain("deleted.json");
        error.ToString().ShouldNotContain("PRIVATE KEY");
    }

    [Fact]
    public async Task A_token_server_that_repeats_the_signed_request_does_not_get_it_into_a_message()
    {
        var assertion = "";
        Server.Tokens.Instead = async context =>
        {
            assertion = (await context.Request.ReadFormAsync())["assertion"].ToString();
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync(new JsonObject { ["error"] = "invalid_grant", ["error_description"] = $"you sent {assertion}" }.ToJsonString());
        };
        var error = await Store.StatAsync("k", default).ShouldFailAsync(StoreFailure.Unauthenticated);
        assertion.ShouldNotBeEmpty();
        error.Message.ShouldContain("you sent ***");
        foreach (var part in assertion.Split('.')) error.ToString().ShouldNotContain(part);
    }

    [Fact]
    public async Task A_token_server_that_stumbles_is_asked_again()
    {
        var left = 2;
        var serve = Server.Tokens;
        serve.Instead = context =>
        {
            if (--left == 0) serve.Instead = null;
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        (await Store.PutTextAsync("k", "x")).Size.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_server_that_never_answers_is_left_after_the_time_limit_as_a_failure_that_may_pass()
    {
        Server.Tokens.Instead = context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        (await Open(Limits with { TokenTimeout = TimeSpan.FromMilliseconds(200), Retries = 1 }, TimeProvider.System).StatAsync("k", default).ShouldFailAsync(StoreFailure.Unavailable)).Message.ShouldContain("no answer within");
    }

    string Host => Server.Endpoint["http://".Length..];

    IObjectStore Bare() => Open(settings => settings with { Credentials = null });

    async Task WorksWithAsync(int issued)
    {
        await Bare().StatAsync("k", default);
        Server.Tokens.Issued.ShouldBe(issued);
    }
}
