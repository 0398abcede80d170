using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace NebulaKeep.Testing.Stores.Gcs;

/// <summary>
/// The servers that make access tokens: OAuth's for service accounts, whose signed requests it checks, and for
/// identities of other providers; and the metadata server of Google's machines.
/// </summary>
public sealed class GcsTokenServer
{
    /// <summary>The only service account.</summary>
    public const string Email = "backup@project.iam.gserviceaccount.com";

    /// <summary>What an identity provider that Google trusts gave out (workload identity federation).</summary>
    public const string SubjectToken = "subject-token-canary-5d1e";

    /// <summary>Those that may write to buckets.</summary>
    static readonly string[] Scopes = ["auth/devstorage.read_write", "auth/devstorage.full_control", "auth/cloud-platform"];

    const string MetadataPath = "/computeMetadata/v1/instance/service-accounts/default/token";

    // Making a key takes longer than most tests.
    static readonly RSA key = RSA.Create(2048);
    readonly ConcurrentDictionary<string, string> valid = new(StringComparer.Ordinal);
    int issued;

    /// <summary>How many tokens were made.</summary>
    public int Issued => Volatile.Read(ref issued);

    /// <summary>Whether the machine has an identity.</summary>
    public bool HasIdentity { get; set; } = true;

    /// <summary>Answers requests for tokens instead of this server, where not null.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    /// <summary>The service account's private key in PEM form.</summary>
    public static string PrivateKeyPem => key.ExportPkcs8PrivateKeyPem();

    /// <summary>How long a token lives, in seconds.</summary>
    public int Lifetime { get; set; } = 3600;

    /// <summary>A key file as Google's console gives it.</summary>
    public string ServiceAccountJson(string endpoint) => new JsonObject
    {
        ["type"] = "service_account", ["project_id"] = "project", ["private_key_id"] = "key-1", ["private_key"] = PrivateKeyPem,
        ["client_email"] = Email, ["client_id"] = "100000000000000000001", ["token_uri"] = endpoint + "/token",
    }.ToJsonString();

    /// <summary>All tokens that were made end now.</summary>
    public void Revoke() => valid.Clear();

    /// <summary>A token without a request for it.</summary>
    public string Issue()
    {
        var token = "ya29." + Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
        valid[token] = token;
        Interlocked.Increment(ref issued);
        return token;
    }

    internal bool IsValid(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) && valid.ContainsKey(header["Bearer ".Length..]);

    internal async Task<bool> TryServeAsync(HttpContext context)
    {
        var isMetadata = context.Request.Path == MetadataPath;
        if (!isMetadata && context.Request.Path != "/token") return false;
        if (Instead is { } other) await other(context);
        else if (isMetadata) await MetadataAsync(context);
        else await OAuthAsync(context);
        return true;
    }

    Task MetadataAsync(HttpContext context)
    {
        context.Response.Headers["Metadata-Flavor"] = "Google";
        if (HasIdentity && context.Request.Headers["Metadata-Flavor"] == "Google") return TokenAsync(context);
        context.Response.StatusCode = HasIdentity ? 403 : 404;
        return Task.CompletedTask;
    }

    async Task OAuthAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var fault = form["grant_type"].ToString() switch
        {
            "urn:ietf:params:oauth:grant-type:jwt-bearer" => FaultOf(form["assertion"].ToString()),
            "urn:ietf:params:oauth:grant-type:token-exchange" => form["subject_token"] == SubjectToken ? null : "The subject token is not valid.",
            _ => "unsupported",
        };
        if (fault is null) await TokenAsync(context);
        else await RefuseAsync(context, fault);
    }

    Task TokenAsync(HttpContext context) => context.Response.WriteAsync(new JsonObject { ["access_token"] = Issue(), ["expires_in"] = Lifetime, ["token_type"] = "Bearer", ["issued_token_type"] = "urn:ietf:params:oauth:token-type:access_token" }.ToJsonString());

    static Task RefuseAsync(HttpContext context, string description)
    {
        context.Response.StatusCode = 400;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject { ["error"] = "invalid_grant", ["error_description"] = description }.ToJsonString());
    }

    string? FaultOf(string assertion)
    {
        var parts = assertion.Split('.');
        if (parts.Length != 3) return "Invalid JWT.";
        if (!key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Bytes(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) return "Invalid JWT Signature.";
        using var claims = JsonDocument.Parse(Bytes(parts[1]));
        var root = claims.RootElement;
        if (root.GetProperty("iss").GetString() != Email) return "Invalid grant: account not found";
        if (!Scopes.Any(scope => root.GetProperty("scope").GetString()!.Contains(scope, StringComparison.Ordinal))) return "Invalid scope.";
        return root.GetProperty("exp").GetInt64() > TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() ? null : "Invalid JWT: Token must be a short-lived token.";
    }

    static byte[] Bytes(string base64Url) => System.Buffers.Text.Base64Url.DecodeFromChars(base64Url);
}
