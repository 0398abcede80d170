using System.Security.Authentication;
using NebulaKeep.Security;

namespace NebulaKeep.Testing;

/// <summary>
/// Everything that goes wrong with certificates, times TLS 1.2 and 1.3, for running against any server. A theory over
/// <see cref="Cells"/> (as <c>TheoryData&lt;string, SslProtocols&gt;</c>) gets the name and version, and <see cref="Cell"/> the rest.
/// </summary>
public static class TlsMatrix
{
    static readonly Dictionary<string, TlsCell> Scenarios = new(StringComparer.Ordinal)
    {
        ["right"] = Certificates(),
        ["right, with intermediates"] = Certificates(server: CertificateFault.Intermediate, client: CertificateFault.Intermediate),
        ["server of a wrong CA"] = Certificates(server: CertificateFault.WrongCa, expected: TlsProblem.UntrustedCa),
        ["server expired"] = Certificates(server: CertificateFault.Expired, expected: TlsProblem.Expired),
        ["server not yet valid"] = Certificates(server: CertificateFault.NotYetValid, expected: TlsProblem.NotYetValid),
        ["server with a wrong name"] = Certificates(server: CertificateFault.WrongName, expected: TlsProblem.WrongName),
        ["server with a client's certificate"] = Certificates(server: CertificateFault.WrongUsage, expected: TlsProblem.WrongUsage),
        ["client without a certificate"] = Certificates(client: CertificateFault.Missing, expected: TlsProblem.NoClientCertificate),
        ["client of a wrong CA"] = Certificates(client: CertificateFault.WrongCa, expected: TlsProblem.ClientCertificateRefused),
        ["client expired"] = Certificates(client: CertificateFault.Expired, expected: TlsProblem.ClientCertificateRefused),
        ["client not yet valid"] = Certificates(client: CertificateFault.NotYetValid, expected: TlsProblem.ClientCertificateRefused),
        ["client with a server's certificate"] = Certificates(client: CertificateFault.WrongUsage, expected: TlsProblem.ClientCertificateRefused),
        ["plaintext to a TLS port"] = Certificates() with { ClientSpeaksTls = false },
        ["TLS to a plaintext port"] = Certificates() with { ServerSpeaksTls = false, Expected = TlsProblem.PeerSpeaksPlaintext },
    };

    /// <summary>Scenario name and version of all cells.</summary>
    public static IEnumerable<(string Scenario, SslProtocols Version)> Cells =>
        from name in Scenarios.Keys
        from version in new[] { SslProtocols.Tls12, SslProtocols.Tls13 }
        select (name, version);

    /// <summary>The cell of a scenario.</summary>
    public static TlsCell Cell(string scenario, SslProtocols version) => Scenarios[scenario] with { Version = version };

    static TlsCell Certificates(
        CertificateFault server = CertificateFault.None,
        CertificateFault client = CertificateFault.None,
        TlsProblem? expected = null) => new(server, client, true, true, SslProtocols.None, expected);
}
