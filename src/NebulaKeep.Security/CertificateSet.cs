using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NebulaKeep.Security.Pem;

namespace NebulaKeep.Security;

/// <summary>
/// One consistent state of a side's files: own certificate with its key and chain, and the roots it trusts. Immutable;
/// never disposed, since handshakes under way may still use it when a newer set has taken its place.
/// </summary>
public sealed class CertificateSet
{
    readonly string? certPath;

    internal CertificateSet(string? certPath, X509Certificate2? leaf, X509Certificate2Collection chain, X509Certificate2Collection authorities)
    {
        this.certPath = certPath;
        (Leaf, Chain) = (leaf, chain);
        foreach (var authority in authorities) (IsSelfSigned(authority) ? Roots : Intermediates).Add(authority);
        if (leaf is not null) Context = SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    /// <summary>Own certificate with its private key; null for a client that shows none.</summary>
    public X509Certificate2? Leaf { get; }

    /// <summary>Intermediates sent along with <see cref="Leaf"/>.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>Self-signed certificates of the CA file: a peer's chain must end in one of them.</summary>
    public X509Certificate2Collection Roots { get; } = [];

    /// <summary>Other certificates of the CA file: they help to build chains and are not trusted by themselves.</summary>
    public X509Certificate2Collection Intermediates { get; } = [];

    /// <summary><see cref="Leaf"/> and <see cref="Chain"/>, prepared for handshakes.</summary>
    public SslStreamCertificateContext? Context { get; }

    /// <summary>Reads and checks the files once.</summary>
    /// <exception cref="CertificateFileException">A file is missing, too large, not PEM, or key and certificate do not fit.</exception>
    public static CertificateSet Load(TlsFiles files) => PemReader.Read(TlsFileContents.Read(files));

    /// <summary>Null, or why the own certificate is of no use at this moment: expired, or not yet valid.</summary>
    public CertificateFileException? ProblemAt(DateTimeOffset now)
    {
        if (Leaf is null) return null;
        var (from, to) = (Leaf.NotBefore.ToUniversalTime(), Leaf.NotAfter.ToUniversalTime());
        if (now.UtcDateTime > to) return Invalid(CertificateFileProblem.Expired, $"expired at {to:u}; issue a new one");
        if (now.UtcDateTime < from) return Invalid(CertificateFileProblem.NotYetValid, $"is valid only from {from:u}; compare the clocks");
        return null;
    }

    /// <summary>How a peer's chain is checked: against <see cref="Roots"/> only, no downloads, at the given time.</summary>
    internal X509ChainPolicy PolicyFor(string? extendedKeyUsage, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTimeIgnored = false,
            VerificationTime = now.LocalDateTime,
        };
        policy.CustomTrustStore.AddRange(Roots);
        policy.ExtraStore.AddRange(Intermediates);
        if (extendedKeyUsage is not null) policy.ApplicationPolicy.Add(new Oid(extendedKeyUsage));
        return policy;
    }

    /// <summary>Subject and end of the own certificate, for logs.</summary>
    public override string ToString() =>
        Leaf is null ? "no own certificate" : $"{Leaf.Subject}, valid until {Leaf.NotAfter.ToUniversalTime():u}";

    CertificateFileException Invalid(CertificateFileProblem problem, string message) =>
        new(problem, certPath ?? "certificate", $"{Leaf!.Subject} {message}");

    internal static bool IsSelfSigned(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
