using NebulaKeep.Core;

namespace NebulaKeep.ObjectStore.Gcs.Credentials;

/// <summary>Where access tokens come from.</summary>
/// <param name="From">For messages.</param>
abstract record CredentialSource(string From)
{
    /// <summary>Credentials as JSON, checked.</summary>
    public sealed record Json(Secret Text, string Type, string From) : CredentialSource(From);

    /// <summary>A token that somebody else made.</summary>
    public sealed record Token(Secret Value, string From) : CredentialSource(From);

    /// <summary>The server inside Google's machines and pods that knows their identity.</summary>
    public sealed record Metadata(string TokenUrl) : CredentialSource("the metadata server");
}
