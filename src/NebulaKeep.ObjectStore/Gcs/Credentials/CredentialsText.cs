using System.Security.Cryptography;
using System.Text.Json;
using NebulaKeep.Core;

namespace NebulaKeep.ObjectStore.Gcs.Credentials;

/// <summary>Checks credentials as Google writes them (JSON), so that what is wrong is said before anything is sent and without showing them.</summary>
static class CredentialsText
{
    /// <summary>A key file has about 2,400 bytes.</summary>
    public const int MaxBytes = 64 << 10;

    const string ServiceAccount = "service_account";
    const string User = "authorized_user";

    /// <summary>The kind, where the text holds all that this kind needs.</summary>
    /// <param name="json">The text.</param>
    /// <param name="from">Where it was found, for messages.</param>
    /// <exception cref="ObjectStoreException">It is not what it should be; the message shows nothing of it.</exception>
    public static string Check(Secret json, string from)
    {
        using var document = Parse(json, from);
        var type = Text(document, "type") ?? throw Broken(from, "they have no \"type\"");
        string[] needed = type switch
        {
            ServiceAccount => ["client_email", "private_key", "token_uri"],
            User => ["client_id", "client_secret", "refresh_token"],
            "external_account" or "external_account_authorized_user" or "impersonated_service_account" => [],
            _ => throw Broken(from, "their \"type\" is not one that is known here: it should be service_account, authorized_user, external_account or impersonated_service_account"),
        };
        foreach (var name in needed)
            if (string.IsNullOrEmpty(Text(document, name))) throw Broken(from, $"they have no \"{name}\"");
        if (type == ServiceAccount) CheckServiceAccount(document, from);
        return type;
    }

    /// <summary>
    /// True for credentials that work wherever they are sent. Others name files and servers of the machine that they were made for:
    /// taken from a request, they would make this process read and call what the sender says.
    /// </summary>
    public static bool IsSelfContained(string type) => type is ServiceAccount or User;

    static JsonDocument Parse(Secret json, string from)
    {
        try
        {
            var document = JsonDocument.Parse(json.Reveal());
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException)
        {
            // Its message can repeat the text.
        }

        throw Broken(from, "they are not a JSON object");
    }

    static void CheckServiceAccount(JsonDocument document, string from)
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(Text(document, "private_key"));
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            throw Broken(from, "their \"private_key\" is no RSA key in PEM form");
        }

        // The signed request for a token goes there.
        if (!Uri.TryCreate(Text(document, "token_uri"), UriKind.Absolute, out var url) || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
            throw Broken(from, "their \"token_uri\" is no https:// address");
    }

    static string? Text(JsonDocument document, string name) =>
        document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static ObjectStoreException Broken(string from, string what) =>
        new(StoreFailure.Unauthenticated, $"The Google credentials in {from} cannot be used: {what}. Download the key again as JSON, and give it unchanged.");
}
