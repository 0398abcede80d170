using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Security.Issuing;

/// <summary>Subjects and extensions of what a CA issues (RFC 5280).</summary>
static class CertificateTemplates
{
    const int LongestCommonName = 64;

    public static X500DistinguishedName Subject(string commonName)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(commonName.Length <= LongestCommonName ? commonName : commonName[..LongestCommonName]);
        builder.AddOrganizationName("NebulaKeep");
        return builder.Build();
    }

    public static void ForAuthority(CertificateRequest request, bool mayIssueAuthorities)
    {
        var depth = mayIssueAuthorities ? 1 : 0;
        Add(request, new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, depth, critical: true));
        Add(request, new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        Add(request, new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
    }

    public static void ForLeaf(CertificateRequest request, LeafRequest wanted, bool rsa)
    {
        // Real daemons fall back to plain RSA key exchange for clients without P-256 (spec/meta-thrift.md §5.2): it needs keyEncipherment.
        var usage = X509KeyUsageFlags.DigitalSignature | (rsa ? X509KeyUsageFlags.KeyEncipherment : X509KeyUsageFlags.None);
        Add(request, new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        Add(request, new X509KeyUsageExtension(usage, critical: true));
        Add(request, new X509EnhancedKeyUsageExtension(Purposes(wanted.Usage), critical: false));
        Add(request, new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (wanted.Names.Count > 0) Add(request, AlternativeNames(wanted.Names));
    }

    static OidCollection Purposes(CertificateUsage usage)
    {
        var purposes = new OidCollection();
        if (usage.HasFlag(CertificateUsage.Server)) purposes.Add(new Oid("1.3.6.1.5.5.7.3.1", "serverAuth"));
        if (usage.HasFlag(CertificateUsage.Client)) purposes.Add(new Oid("1.3.6.1.5.5.7.3.2", "clientAuth"));
        return purposes.Count > 0 ? purposes : throw new ArgumentException("A certificate is for servers, clients or both.", nameof(usage));
    }

    static X509Extension AlternativeNames(IReadOnlyList<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names.Select(AlternativeName.Normalize).Distinct(StringComparer.Ordinal))
        {
            if (IPAddress.TryParse(name, out var address)) builder.AddIpAddress(address);
            else builder.AddDnsName(name);
        }
        return builder.Build();
    }

    static void Add(CertificateRequest request, X509Extension extension) => request.CertificateExtensions.Add(extension);
}
