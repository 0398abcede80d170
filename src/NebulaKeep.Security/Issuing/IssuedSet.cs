using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Security.Issuing;

/// <summary>What an earlier run left in a folder.</summary>
/// <param name="Files">Name and text of the certificates and keys, without the bundle.</param>
/// <param name="Trusted">Text of the CA bundle.</param>
/// <param name="Roots">The roots in it.</param>
/// <param name="Server">The server's certificate.</param>
/// <param name="Client">The client's certificate.</param>
sealed record IssuedSet(IReadOnlyDictionary<string, string> Files, string Trusted, X509Certificate2Collection Roots, X509Certificate2 Server, X509Certificate2 Client)
{
    /// <summary>When both are good.</summary>
    public Validity Validity => Validity.Of(Server).Within(Validity.Of(Client));

    /// <summary>Null if a file is missing or does not fit the others: then there is nothing to keep.</summary>
    public static IssuedSet? Load(string folder)
    {
        try
        {
            var ca = Path.Combine(folder, IssuedFiles.Root);
            var server = CertificateSet.Load(new TlsFiles(ca, Path.Combine(folder, IssuedFiles.ServerCert), Path.Combine(folder, IssuedFiles.ServerKey)));
            var client = CertificateSet.Load(new TlsFiles(ca, Path.Combine(folder, IssuedFiles.ClientCert), Path.Combine(folder, IssuedFiles.ClientKey)));
            string[] names = [IssuedFiles.ServerCert, IssuedFiles.ServerKey, IssuedFiles.ClientCert, IssuedFiles.ClientKey];
            var files = names.ToDictionary(name => name, name => File.ReadAllText(Path.Combine(folder, name)), StringComparer.Ordinal);
            return new IssuedSet(files, File.ReadAllText(ca), server.Roots, server.Leaf!, client.Leaf!);
        }
        catch (Exception e) when (e is CertificateFileException or IOException)
        {
            return null;
        }
    }
}
