namespace NebulaKeep.Security;

/// <summary>The PEM files and rules of one side of a TLS connection, as flags and environment name them (spec/meta-thrift.md §5.3).</summary>
/// <param name="CaPath">CA bundle that peers are verified against; may hold several roots while a CA is being replaced.</param>
/// <param name="CertPath">Own certificate, followed by its intermediates; null for a client that shows none.</param>
/// <param name="KeyPath">Private key of <paramref name="CertPath"/>: PKCS#8, PKCS#1 or SEC1, or encrypted PKCS#8.</param>
/// <param name="KeyPasswordPath">File with the key's password; a line end after it is not part of it.</param>
/// <param name="ServerName">Name that a server's certificate must carry instead of the dialled host.</param>
/// <param name="InsecureSkipVerify">A client accepts any server certificate. For compatibility only: it warns in the log.</param>
public sealed record TlsFiles(
    string CaPath,
    string? CertPath = null,
    string? KeyPath = null,
    string? KeyPasswordPath = null,
    string? ServerName = null,
    bool InsecureSkipVerify = false)
{
    /// <summary>Where upstream's images mount client certificates (spec/agent.md §1).</summary>
    public static TlsFiles Default { get; } =
        new("/usr/local/certs/ca.crt", "/usr/local/certs/client.crt", "/usr/local/certs/client.key");

    /// <summary>
    /// The environment's CA_CERT_PATH, CLIENT_CERT_PATH and CLIENT_KEY_PATH replace the three paths of
    /// <paramref name="flags"/>, but only if all three are set and not empty (spec/meta-thrift.md §5.3).
    /// </summary>
    public static TlsFiles Resolve(TlsFiles flags, Func<string, string?> environment)
    {
        var (ca, cert, key) = (environment("CA_CERT_PATH"), environment("CLIENT_CERT_PATH"), environment("CLIENT_KEY_PATH"));
        return string.IsNullOrEmpty(ca) || string.IsNullOrEmpty(cert) || string.IsNullOrEmpty(key)
            ? flags
            : flags with { CaPath = ca, CertPath = cert, KeyPath = key };
    }
}
