using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace NebulaKeep.Security.Pem;

/// <summary>Finds the private key in a PEM file and joins it to its certificate.</summary>
static class PemKey
{
    const string Rsa = "1.2.840.113549.1.1.1";
    const string Ecdsa = "1.2.840.10045.2.1";

    public static X509Certificate2 Attach(X509Certificate2 certificate, byte[] keyFile, string? password, string path)
    {
        var pem = Encoding.UTF8.GetChars(keyFile);
        try
        {
            return AttachPem(certificate, pem, password, path);
        }
        finally
        {
            Array.Clear(pem);
        }
    }

    static X509Certificate2 AttachPem(X509Certificate2 certificate, char[] pem, string? password, string path)
    {
        switch (certificate.PublicKey.Oid.Value)
        {
            case Rsa:
                using (var rsa = RSA.Create())
                {
                    Import(rsa, pem, password, path, certificate);
                    return certificate.CopyWithPrivateKey(rsa);
                }
            case Ecdsa:
                using (var ecdsa = ECDsa.Create())
                {
                    Import(ecdsa, pem, password, path, certificate);
                    return certificate.CopyWithPrivateKey(ecdsa);
                }
            default:
                throw Mismatch(path, $"the certificate's key type {certificate.PublicKey.Oid.Value} is not supported; use RSA or ECDSA");
        }
    }

    static void Import(AsymmetricAlgorithm key, char[] pem, string? password, string path, X509Certificate2 certificate)
    {
        var label = FindKey(pem, path);
        var encrypted = label == "ENCRYPTED PRIVATE KEY";
        if (encrypted && password is null) throw WrongPassword(path, "is encrypted; name its password file", null);
        try
        {
            if (encrypted) key.ImportFromEncryptedPem(pem, password);
            else key.ImportFromPem(pem);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw encrypted ? WrongPassword(path, "cannot be decrypted: wrong password, or damaged, or another key type than the certificate's", e)
                : LooksLike(label, certificate) ? NotPem(path, $"holds a '{label}' block that does not parse", e)
                : Mismatch(path, $"does not belong to the certificate {certificate.Subject}: another key type, or damaged");
        }
        if (!key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(certificate.PublicKey.ExportSubjectPublicKeyInfo()))
            throw Mismatch(path, $"does not belong to the certificate {certificate.Subject}; key and certificate must be replaced together");
    }

    static string FindKey(ReadOnlySpan<char> pem, string path)
    {
        if (pem.IndexOf("Proc-Type: 4,ENCRYPTED") >= 0)
            throw WrongPassword(path, "is encrypted in OpenSSL's old format; convert it with 'openssl pkcs8 -topk8'", null);
        while (PemEncoding.TryFind(pem, out var block))
        {
            var label = pem[block.Label].ToString();
            if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)) return label;
            pem = pem[block.Location.End..];
        }
        throw NotPem(path, "holds no PEM block 'PRIVATE KEY'", null);
    }

    static bool LooksLike(string label, X509Certificate2 certificate) => label switch
    {
        "RSA PRIVATE KEY" => certificate.PublicKey.Oid.Value == Rsa,
        "EC PRIVATE KEY" => certificate.PublicKey.Oid.Value == Ecdsa,
        _ => false,
    };

    static CertificateFileException NotPem(string path, string message, Exception? inner) =>
        new(CertificateFileProblem.NotPem, path, message, inner);

    static CertificateFileException Mismatch(string path, string message) => new(CertificateFileProblem.KeyMismatch, path, message);

    static CertificateFileException WrongPassword(string path, string message, Exception? inner) =>
        new(CertificateFileProblem.WrongPassword, path, message, inner);
}
