using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Kubernetes.Configuration;

/// <summary>Certificates in their text form. Messages never quote the text: it may be a key.</summary>
static class PemText
{
    public static X509Certificate2Collection Roots(string pem, string source)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(pem);
        }
        catch (CryptographicException error)
        {
            throw new KubeConfigException($"{source} does not hold certificates in PEM form", error);
        }
        return roots.Count > 0 ? roots : throw new KubeConfigException($"{source} holds no certificate in PEM form");
    }

    public static X509Certificate2 Pair(string certificate, string key, string source)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new KubeConfigException($"The client certificate and key of {source} cannot be used: {error.Message}", error);
        }
    }
}
