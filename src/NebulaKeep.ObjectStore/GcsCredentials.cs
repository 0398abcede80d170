using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Gcs;
using NebulaKeep.ObjectStore.Gcs.Credentials;
using NebulaKeep.ObjectStore.Network;

namespace NebulaKeep.ObjectStore;

/// <summary>Google credentials as users give them on a command line, for a store that other machines open, too.</summary>
public static class GcsCredentials
{
    /// <summary>The credentials in a file. A text that is the JSON itself is taken as it is, as upstream's br-ent does.</summary>
    /// <exception cref="ObjectStoreException">The file cannot be read, or the credentials cannot be used; the message does not show them.</exception>
    public static Secret Read(string fileOrJson)
    {
        var isJson = fileOrJson.TrimStart().StartsWith('{');
        var text = isJson ? new Secret(fileOrJson) : CredentialSearch.Read(fileOrJson);
        CredentialsText.Check(text, isJson ? "--gs.credentials" : $"'{fileOrJson}'");
        return text;
    }

    /// <summary>
    /// True for settings that name a server which is not Google's and bring no credentials for it. Taken from a request, they would send
    /// the access token of this process wherever the sender says.
    /// </summary>
    /// <exception cref="NebulaKeepException">The endpoint cannot be used.</exception>
    public static bool AreMissing(GcsSettings settings) =>
        settings.Credentials is null && settings.AccessToken is null
        && StoreEndpoint.UrlOf(settings.Endpoint, GcsTarget.Service) is { } url && !GcsTarget.IsGoogle(new Uri(url));

    /// <summary>
    /// Settings without credentials, completed by those that variables of the environment name and that work on every machine. Others
    /// (an identity of this machine, gcloud's login) are left out: each process finds its own.
    /// </summary>
    /// <exception cref="ObjectStoreException">Credentials are named and cannot be read or used.</exception>
    public static GcsSettings Complete(GcsSettings settings, Func<string, string?> environment)
    {
        if (settings.Credentials is not null || settings.AccessToken is not null) return settings;
        return new CredentialSearch(settings, environment).FindNamed() switch
        {
            CredentialSource.Json json when CredentialsText.IsSelfContained(json.Type) => settings with { Credentials = json.Text },
            CredentialSource.Token token => settings with { AccessToken = token.Value },
            _ => settings,
        };
    }
}
