using System.Security.Authentication;
using NebulaKeep.Security;

namespace NebulaKeep.Testing;

/// <summary>One cell of <see cref="TlsMatrix"/>: what each side brings and what the client must find.</summary>
/// <param name="Server">The server's certificate.</param>
/// <param name="Client">The client's certificate.</param>
/// <param name="ServerSpeaksTls">False for a plaintext server.</param>
/// <param name="ClientSpeaksTls">False for a plaintext client.</param>
/// <param name="Version">The one version that the client allows.</param>
/// <param name="Expected">
/// What the client's <see cref="TlsFailureException"/> must say (from the handshake, or by <see cref="TlsFailures.Classify"/>
/// from its first read); null where the connection must work. A plaintext client learns nothing but a closed connection.
/// </param>
public sealed record TlsCell(
    CertificateFault Server,
    CertificateFault Client,
    bool ServerSpeaksTls,
    bool ClientSpeaksTls,
    SslProtocols Version,
    TlsProblem? Expected)
{
    /// <summary>Settings for the client side of this cell.</summary>
    public ClientTlsSettings ClientSettings => new() { Versions = Version };
}
