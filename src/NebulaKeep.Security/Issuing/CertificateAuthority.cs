using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NebulaKeep.Core;
using NebulaKeep.Security.Pem;

namespace NebulaKeep.Security.Issuing;

/// <summary>A private CA: makes itself once, issues server and client certificates and, if wanted, intermediates.</summary>
public sealed class CertificateAuthority : IDisposable
{
    readonly X509Certificate2 certificate;
    readonly IReadOnlyList<X509Certificate2> chain;

    CertificateAuthority(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> chain) => (this.certificate, this.chain) = (certificate, chain);

    /// <summary>The CA's certificate, PEM.</summary>
    public string CertificatePem => certificate.ExportCertificatePem() + "\n";

    internal X509Certificate2 Certificate => certificate;

    /// <summary>Its own certificate and the intermediates above it, as they go along with what it issues; empty for a root.</summary>
    internal IReadOnlyList<X509Certificate2> Above => chain;

    /// <summary>When the CA itself is good.</summary>
    public Validity Validity => Validity.Of(certificate);

    /// <summary>Makes a new self-signed CA.</summary>
    public static CertificateAuthority Create(string commonName, Validity validity, KeyKind key = KeyKind.EcdsaP256)
    {
        using var pair = KeyPair.Generate(key);
        var request = pair.Request(CertificateTemplates.Subject(commonName));
        CertificateTemplates.ForAuthority(request, mayIssueAuthorities: true);
        return new CertificateAuthority(request.CreateSelfSigned(validity.NotBefore, validity.NotAfter), []);
    }

    /// <summary>Takes up an existing CA; one that another CA issued hands its own certificates along with what it issues.</summary>
    /// <param name="certPath">Its certificate, followed by the intermediates above it.</param>
    /// <param name="keyPath">Its key.</param>
    /// <param name="rootsPath">The root that it leads to; <paramref name="certPath"/> itself where that is one.</param>
    /// <exception cref="CertificateFileException">The files cannot be used, or the certificate is not a CA's.</exception>
    public static CertificateAuthority Load(string certPath, string keyPath, string? rootsPath = null)
    {
        var set = CertificateSet.Load(new TlsFiles(rootsPath ?? certPath, certPath, keyPath));
        var leaf = set.Leaf!;
        var isAuthority = leaf.Extensions.OfType<X509BasicConstraintsExtension>().Any(extension => extension.CertificateAuthority);
        if (!isAuthority) throw new CertificateFileException(CertificateFileProblem.NoRoot, certPath, "is not a CA certificate (basicConstraints CA:TRUE)");
        return new CertificateAuthority(leaf, CertificateSet.IsSelfSigned(leaf) ? [] : [leaf, .. set.Chain.Where(part => !CertificateSet.IsSelfSigned(part))]);
    }

    /// <summary>The CA's private key, for the one file that keeps it.</summary>
    public Secret ExportKey()
    {
        using var pair = KeyPair.Of(certificate);
        return pair.ToPem();
    }

    /// <summary>Issues a server's or client's certificate with a new key.</summary>
    public IssuedCertificate Issue(LeafRequest wanted)
    {
        using var pair = KeyPair.Generate(wanted.Key);
        var request = pair.Request(CertificateTemplates.Subject(wanted.CommonName));
        CertificateTemplates.ForLeaf(request, wanted, pair.IsRsa);
        using var issued = Sign(request, wanted.Validity);
        var pem = string.Concat(chain.Prepend(issued).Select(part => part.ExportCertificatePem() + "\n"));
        return new IssuedCertificate(pem, pair.ToPem());
    }

    /// <summary>Makes a CA below this one; what it issues carries its certificate along.</summary>
    public CertificateAuthority CreateIntermediate(string commonName, Validity validity, KeyKind key = KeyKind.EcdsaP256)
    {
        using var pair = KeyPair.Generate(key);
        var request = pair.Request(CertificateTemplates.Subject(commonName));
        CertificateTemplates.ForAuthority(request, mayIssueAuthorities: false);
        using var issued = Sign(request, validity);
        var joined = pair.JoinTo(issued);
        return new CertificateAuthority(joined, [joined, .. chain]);
    }

    /// <inheritdoc/>
    public void Dispose() => certificate.Dispose();

    X509Certificate2 Sign(CertificateRequest request, Validity wanted)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificate, true, false));
        using var pair = KeyPair.Of(certificate);
        var validity = wanted.Within(Validity);
        return request.Create(certificate.SubjectName, pair.Signer(), validity.NotBefore, validity.NotAfter, SerialNumber());
    }

    /// <summary>127 random bits: positive, never zero in practice, and unguessable as RFC 5280 and the CAs' rules want it.</summary>
    static byte[] SerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }
}
