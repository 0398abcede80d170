using Google.Apis.Auth.OAuth2;
using NebulaKeep.Core;

namespace NebulaKeep.ObjectStore.Gcs.Credentials;

/// <summary>
/// Finds credentials: the settings', then those that the environment names, in upstream's order (spec/agent.md §5.4), then gcloud's,
/// then the identity of the machine or pod. The last is Google's order of "application default credentials".
/// </summary>
/// <param name="settings">Come first.</param>
/// <param name="environment">Gives a variable's value.</param>
sealed class CredentialSearch(GcsSettings settings, Func<string, string?> environment)
{
    const string FileVariable = "GOOGLE_APPLICATION_CREDENTIALS";
    const string JsonVariable = "GOOGLE_APPLICATION_CREDENTIALS_JSON";
    const string TokenVariable = "GOOGLE_OAUTH_ACCESS_TOKEN";
    const string GcloudFile = "application_default_credentials.json";
    const string MetadataPath = "/computeMetadata/v1/instance/service-accounts/default/token";

    /// <exception cref="ObjectStoreException">Credentials are named and cannot be read or used.</exception>
    public CredentialSource Find()
    {
        if (settings.Credentials is { } own) return OwnJson(own);
        if (settings.AccessToken is { } token) return new CredentialSource.Token(token, "the settings");
        if (FindNamed() is { } named) return named;
        if (GcloudPath() is { } path && File.Exists(path)) return Checked(Read(path), $"'{path}'");
        return new CredentialSource.Metadata(Variable("GCE_METADATA_HOST") is { } host ? $"http://{host}{MetadataPath}" : GoogleAuthConsts.ComputeTokenUrl);
    }

    /// <summary>What variables of the environment name or hold; null where they do not.</summary>
    /// <inheritdoc cref="Find"/>
    public CredentialSource? FindNamed()
    {
        if (Variable(FileVariable) is { } file) return Checked(Read(file), $"'{file}', which {FileVariable} names,");
        if (Variable(JsonVariable) is { } json) return Checked(new Secret(json), JsonVariable);
        return Variable(TokenVariable) is { } made ? new CredentialSource.Token(new Secret(made), TokenVariable) : null;
    }

    /// <summary>Credentials that came with a request.</summary>
    public static CredentialSource.Json OwnJson(Secret text)
    {
        var found = Checked(text, "the settings of the store");
        if (CredentialsText.IsSelfContained(found.Type)) return found;
        throw new ObjectStoreException(StoreFailure.Unauthenticated,
            $"Google credentials of the type {found.Type} name files and servers of the machine that they were made for, and cannot be sent to another: set {FileVariable} where they are used, or give a service account's key.");
    }

    static CredentialSource.Json Checked(Secret text, string from) => new(text, CredentialsText.Check(text, from), from);

    /// <summary>The text of a credentials file.</summary>
    /// <exception cref="ObjectStoreException">It cannot be read.</exception>
    public static Secret Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > CredentialsText.MaxBytes) throw new IOException($"it is longer than {CredentialsText.MaxBytes} bytes");
            using var reader = new StreamReader(file);
            return new Secret(reader.ReadToEnd());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ObjectStoreException(StoreFailure.Unauthenticated, $"The Google credentials in '{path}' cannot be read: {error.Message} Check the path, and that this user may read it.", error);
        }
    }

    string? GcloudPath()
    {
        if (Variable("CLOUDSDK_CONFIG") is { } folder) return Path.Join(folder, GcloudFile);
        return Variable("HOME") is { } home ? Path.Join(home, ".config", "gcloud", GcloudFile) : null;
    }

    string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;
}
