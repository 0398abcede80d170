using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Security.Issuing;

/// <summary>What an earlier run left in a folder.</summary>
/// <param name="Trusted">Text of the CA bundle.</param>
/// <param name="Server">The server's certificate.</param>
/// <param name="Client">The client's certificate.</param>
sealed record IssuedSet(string Trusted, X509Certificate2 Server, X509Certificate2 Client)
{
    /// <summary>When both are good.</summary>
    public Validity Validity => Validity.Of(Server).Within(Validity.Of(Client));

    /// <summary>Null if a file is missing or does not fit the others: then there is nothing to keep.</summary>
    public static IssuedSet? Load(string folder)
    {
        try
        {
            var ca = Path.Combine(folder, IssuedFiles.Root);
            return new IssuedSet(
                File.ReadAllText(ca),
                CertificateSet.Load(new TlsFiles(ca, Path.Combine(folder, IssuedFiles.ServerCert), Path.Combine(folder, IssuedFiles.ServerKey))).Leaf!,
                CertificateSet.Load(new TlsFiles(ca, Path.Combine(folder, IssuedFiles.ClientCert), Path.Combine(folder, IssuedFiles.ClientKey))).Leaf!);
        }
        catch (Exception e) when (e is CertificateFileException or IOException)
        {
            return null;
        }
    }
}
