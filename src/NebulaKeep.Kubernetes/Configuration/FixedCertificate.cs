using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Kubernetes.Configuration;

/// <summary>A certificate that never changes.</summary>
sealed class FixedCertificate(X509Certificate2 certificate) : IClientCertificateSource
{
    public X509Certificate2 Current() => certificate;

    public void Dispose() => certificate.Dispose();
}
