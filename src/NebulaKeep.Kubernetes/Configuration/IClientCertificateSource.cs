using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Kubernetes.Configuration;

/// <summary>Gives the certificate for the next connection.</summary>
public interface IClientCertificateSource : IDisposable
{
    /// <summary>The certificate with its key; it stays the source's.</summary>
    X509Certificate2 Current();
}
