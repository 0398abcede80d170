using NebulaKeep.Core;

namespace NebulaKeep.ObjectStore.Network;

/// <summary>The address of a server as users write it.</summary>
static class StoreEndpoint
{
    /// <summary>A URL without slash at its end; https where no scheme is written; null for an empty text.</summary>
    /// <exception cref="NebulaKeepException">Not http or https, or with user name and password.</exception>
    public static string? UrlOf(string? endpoint, string service)
    {
        if (string.IsNullOrWhiteSpace(endpoint)) return null;
        var url = endpoint.Contains("://", StringComparison.Ordinal) ? endpoint : "https://" + endpoint;
        if (Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" && parsed.UserInfo.Length == 0) return url.TrimEnd('/');
        throw new NebulaKeepException($"The {service} endpoint cannot be used: write host, host:port, https://host:port or http://host:port, without user name and password.");
    }
}
