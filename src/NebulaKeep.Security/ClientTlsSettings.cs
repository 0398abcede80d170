using System.Net.Security;
using System.Security.Authentication;

namespace NebulaKeep.Security;

/// <summary>Rules of a TLS client beyond its files.</summary>
public sealed record ClientTlsSettings
{
    /// <summary>ALPN protocols offered, best first; empty for Thrift, which negotiates none.</summary>
    public IReadOnlyList<SslApplicationProtocol> ApplicationProtocols { get; init; } = [];

    /// <summary>Versions allowed; for tests of single versions.</summary>
    public SslProtocols Versions { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>How long a handshake may take.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
