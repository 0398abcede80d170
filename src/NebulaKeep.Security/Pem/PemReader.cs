using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace NebulaKeep.Security.Pem;

/// <summary>Bytes of PEM files to certificates, with an error that names the file for everything that can be wrong.</summary>
static class PemReader
{
    public static CertificateSet Read(TlsFileContents contents)
    {
        var files = contents.Files;
        var authorities = Certificates(contents.Ca, files.CaPath);
        if (!authorities.Any(CertificateSet.IsSelfSigned))
            throw new CertificateFileException(CertificateFileProblem.NoRoot, files.CaPath, "holds no self-signed CA certificate; add the root");
        if (contents.Cert is null) return new CertificateSet(null, null, [], authorities);
        var chain = Certificates(contents.Cert, files.CertPath!);
        var leaf = PemKey.Attach(chain[0], contents.Key!, Password(contents.Password), files.KeyPath!);
        chain.RemoveAt(0);
        return new CertificateSet(files.CertPath, leaf, chain, authorities);
    }

    public static X509Certificate2Collection Certificates(byte[] bytes, string path)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(Encoding.UTF8.GetString(bytes));
        }
        catch (CryptographicException e)
        {
            throw new CertificateFileException(CertificateFileProblem.NotPem, path, "holds a CERTIFICATE block that does not parse", e);
        }
        return found.Count > 0
            ? found
            : throw new CertificateFileException(CertificateFileProblem.NotPem, path, "holds no PEM block 'CERTIFICATE'");
    }

    static string? Password(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes).TrimEnd('\r', '\n');
}
