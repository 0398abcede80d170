using System.Net.Security;
using System.Security.Authentication;

namespace NebulaKeep.Security;

/// <summary>Rules of a TLS server beyond its files.</summary>
public sealed record ServerTlsSettings
{
    /// <summary>Whether clients must show a certificate.</summary>
    public ClientCertificates Clients { get; init; } = ClientCertificates.Required;

    /// <summary>Which of the CA's clients may come in.</summary>
    public ClientNamePolicy Names { get; init; } = ClientNamePolicy.Any;

    /// <summary>ALPN protocols offered, best first; empty for Thrift, which negotiates none.</summary>
    public IReadOnlyList<SslApplicationProtocol> ApplicationProtocols { get; init; } = [];

    /// <summary>Versions allowed; for tests of single versions.</summary>
    public SslProtocols Versions { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>How long a handshake may take before the connection is dropped.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
