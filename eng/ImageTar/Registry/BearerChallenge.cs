using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace NebulaKeep.ImageTar.Registry;

/// <summary>Where a registry says that tokens are to be had (distribution.github.io, "Token Authentication Specification").</summary>
/// <param name="TokenAddress">With service and scope as its query.</param>
sealed partial record BearerChallenge(Uri TokenAddress)
{
    static readonly string[] Asked = ["service", "scope"];

    /// <summary>Null where the header is no such challenge.</summary>
    public static BearerChallenge? Read(AuthenticationHeaderValue header)
    {
        if (!header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || header.Parameter is null) return null;
        var parts = Part().Matches(header.Parameter).ToLookup(match => match.Groups["key"].Value, match => match.Groups["value"].Value, StringComparer.OrdinalIgnoreCase);
        if (!Uri.TryCreate(parts["realm"].FirstOrDefault(), UriKind.Absolute, out var realm)) return null;
        var query = Asked.SelectMany(key => parts[key].Select(value => $"{key}={Uri.EscapeDataString(value)}"));
        return new BearerChallenge(new UriBuilder(realm) { Query = string.Join('&', query) }.Uri);
    }

    [GeneratedRegex("(?<key>[a-z]+)=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Part();
}
