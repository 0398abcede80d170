using Microsoft.AspNetCore.Http;
using NebulaKeep.ObjectStore.Tests.Support;

namespace NebulaKeep.ObjectStore.Tests.S3;

/// <summary>Where credentials come from when the settings have none. The only tests that look at the environment.</summary>
public sealed class S3CredentialsTests : FakeS3Tests
{
    readonly string folder = Directory.CreateTempSubdirectory("nk-credentials-").FullName;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Environment_profile_web_identity_or_a_clear_refusal()
    {
        using var environment = new ChangedEnvironment("AWS_");
        environment.Set("AWS_EC2_METADATA_DISABLED", "true");
        environment.Set(CredentialsFile.Variable, CredentialsFile.Path);
        environment.Set("AWS_CONFIG_FILE", Path.Join(folder, "config"));
        environment.Set("AWS_REGION", "us-east-1");
        (await OpenBare().StatAsync("k", default).ShouldFailAsync(StoreFailure.Unauthenticated)).Message.ShouldContain("AWS_ACCESS_KEY_ID");

        environment.Set("AWS_ACCESS_KEY_ID", "FROMENVIRONMENT");
        environment.Set("AWS_SECRET_ACCESS_KEY", "secret");
        await SignedByAsync("FROMENVIRONMENT");

        environment.Set("AWS_ACCESS_KEY_ID", null);
        environment.Set("AWS_SECRET_ACCESS_KEY", null);
        environment.Set("AWS_PROFILE", "backup");
        await SignedByAsync(CredentialsFile.AccessKey);

        environment.Set("AWS_PROFILE", null);
        await File.WriteAllTextAsync(Path.Join(folder, "token"), "identity-token");
        environment.Set("AWS_WEB_IDENTITY_TOKEN_FILE", Path.Join(folder, "token"));
        environment.Set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/backup");
        environment.Set("AWS_ENDPOINT_URL_STS", Server.Endpoint);
        Server.On(request => request.Method == "POST" && request.Path == "/", AssumeRoleAsync);
        await SignedByAsync("FROMWEBIDENTITY");
    }

    async Task SignedByAsync(string accessKey)
    {
        await OpenBare().StatAsync("k", default);
        Server.Requests.Last().Headers["Authorization"].ShouldContain($"Credential={accessKey}/");
    }

    IObjectStore OpenBare() => Open(settings => settings with { AccessKey = null, SecretKey = null, SessionToken = null });

    static Task AssumeRoleAsync(HttpContext context)
    {
        context.Response.ContentType = "text/xml";
        return context.Response.WriteAsync("""
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
            <AccessKeyId>FROMWEBIDENTITY</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
            </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
            """);
    }

    /// <summary>Clears the variables that begin with a prefix, and puts all back at the end.</summary>
    sealed class ChangedEnvironment : IDisposable
    {
        readonly Dictionary<string, string?> before = new(StringComparer.Ordinal);

        public ChangedEnvironment(string prefix)
        {
            foreach (string name in Environment.GetEnvironmentVariables().Keys)
            {
                if (name.StartsWith(prefix, StringComparison.Ordinal)) Set(name, null);
            }
        }

        public void Set(string name, string? value)
        {
            before.TryAdd(name, Environment.GetEnvironmentVariable(name));
            Environment.SetEnvironmentVariable(name, value);
        }

        public void Dispose()
        {
            foreach (var (name, value) in before) Environment.SetEnvironmentVariable(name, value);
        }
    }
}
