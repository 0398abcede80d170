using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Security.Issuing;

/// <summary>The CA that issues at this moment.</summary>
/// <param name="Authority">Its certificate and key.</param>
/// <param name="Roots">The self-signed certificates that are to be trusted, its own root first.</param>
sealed record CurrentAuthority(CertificateAuthority Authority, IReadOnlyList<X509Certificate2> Roots) : IDisposable
{
    /// <summary>Tells one CA from another.</summary>
    public string Thumbprint => Authority.Certificate.Thumbprint;

    /// <summary>True if peers that trust the roots will follow its chain to one of them.</summary>
    public bool IsRooted
    {
        get
        {
            using var chain = Chain();
            return chain.Build(Authority.Certificate);
        }
    }

    /// <summary>True if the CA of this moment issued a certificate, or one with the same name and key did; times do not matter.</summary>
    public bool Issued(X509Certificate2 certificate)
    {
        using var chain = Chain();
        return chain.Build(certificate) && chain.ChainElements.Count > 1 && chain.ChainElements[1].Certificate.Thumbprint == Thumbprint;
    }

    X509Chain Chain()
    {
        var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.CustomTrustStore.AddRange(Roots.ToArray());
        chain.ChainPolicy.ExtraStore.AddRange(Authority.Above.Prepend(Authority.Certificate).ToArray());
        return chain;
    }

    /// <inheritdoc/>
    public void Dispose() => Authority.Dispose();
}
