using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Network;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>Where the objects lie: bucket, prefix and server, as addresses for requests and as names for messages.</summary>
sealed class GcsTarget
{
    /// <summary>What it is called in messages.</summary>
    public const string Service = "Google Cloud Storage";

    /// <summary>Google's own server.</summary>
    public const string Google = "https://storage.googleapis.com";

    readonly string bucketPath;
    readonly Uri server;

    /// <exception cref="NebulaKeepException">The endpoint cannot be used.</exception>
    public GcsTarget(StoreUri uri, GcsSettings settings)
    {
        Location = uri.ToString();
        Server = StoreEndpoint.UrlOf(settings.Endpoint, Service) ?? Google;
        server = new Uri(Server);
        if (server.Scheme != Uri.UriSchemeHttps && !server.IsLoopback)
            throw new NebulaKeepException($"The endpoint {Server} would get the access token in the clear: use https://. Plain http:// is for servers on this machine.");
        Keys = new KeyRoot(uri.Path);
        bucketPath = $"/storage/v1/b/{Uri.EscapeDataString(uri.Bucket)}/o";
    }

    /// <summary>The root for messages.</summary>
    public string Location { get; }

    /// <summary>URL of the server.</summary>
    public string Server { get; }

    public KeyRoot Keys { get; }

    /// <summary>The address of an object; the key is one escaped segment.</summary>
    public Uri Object(string key, params ReadOnlySpan<(string Name, string? Value)> query) =>
        Address($"{bucketPath}/{Uri.EscapeDataString(Keys.FullKey(key))}", query);

    /// <summary>The address of listings.</summary>
    public Uri Objects(params ReadOnlySpan<(string Name, string? Value)> query) => Address(bucketPath, query);

    /// <summary>The address of uploads.</summary>
    public Uri Uploads(params ReadOnlySpan<(string Name, string? Value)> query) => Address("/upload" + bucketPath, query);

    /// <summary>
    /// The address of an upload that a server named, where it is this server or one of Google's: nobody else gets a token or a content.
    /// </summary>
    /// <exception cref="ObjectStoreException">It is another server's, or no address.</exception>
    public Uri Session(Uri? location)
    {
        var session = location is null || location.IsAbsoluteUri ? location : new Uri(server, location);
        if (session is not null && (IsSameServer(session) || IsGoogle(session))) return session;
        throw new ObjectStoreException(StoreFailure.Other, $"{Server} sends an upload to {session?.Host ?? "nowhere"}, which is not trusted with it: give that server as the endpoint.");
    }

    /// <summary>True for the servers that Google's own access tokens are for.</summary>
    public static bool IsGoogle(Uri other) => other.Scheme == Uri.UriSchemeHttps && other.IsDefaultPort && other.Host.EndsWith(".googleapis.com", StringComparison.OrdinalIgnoreCase);

    bool IsSameServer(Uri other) => other.Scheme == server.Scheme && other.Authority == server.Authority;

    // An escaped slash, dot or backslash must reach the server as it is.
    Uri Address(string path, ReadOnlySpan<(string Name, string? Value)> query)
    {
        var text = Server + path;
        var separator = '?';
        foreach (var (name, value) in query)
        {
            if (value is null) continue;
            text += $"{separator}{name}={Uri.EscapeDataString(value)}";
            separator = '&';
        }

        return new Uri(text, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }
}
