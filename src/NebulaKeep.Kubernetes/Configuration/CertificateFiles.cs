using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Kubernetes.Configuration;

/// <summary>A certificate and its key in two files, read again when either has changed. While they do not fit together the last pair goes on.</summary>
sealed class CertificateFiles : IClientCertificateSource
{
    readonly Lock gate = new();
    readonly string certificateFile;
    readonly string keyFile;
    X509Certificate2 current;
    (DateTime, DateTime) stamp;

    public CertificateFiles(string certificateFile, string keyFile)
    {
        (this.certificateFile, this.keyFile) = (certificateFile, keyFile);
        stamp = Stamp();
        current = Read();
    }

    public X509Certificate2 Current()
    {
        lock (gate)
        {
            var now = Stamp();
            if (now == stamp) return current;
            try
            {
                // The old one is left to the collector: a handshake may be using it.
                current = Read();
                stamp = now;
            }
            catch (KubeConfigException)
            {
                // Half a rotation: the next connection looks again.
            }
            return current;
        }
    }

    public void Dispose() => current.Dispose();

    (DateTime, DateTime) Stamp() => (File.GetLastWriteTimeUtc(certificateFile), File.GetLastWriteTimeUtc(keyFile));

    X509Certificate2 Read()
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new KubeConfigException($"The certificate {certificateFile} and the key {keyFile} cannot be used: {error.Message}", error);
        }
    }
}
