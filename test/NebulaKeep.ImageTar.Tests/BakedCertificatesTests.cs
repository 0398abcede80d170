using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NebulaKeep.Testing;

namespace NebulaKeep.ImageTar.Tests;

public sealed class BakedCertificatesTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public BakedCertificatesTests()
    {
        var (ca, _) = Pair(isAuthority: true);
        folder.Write("certs/root.crt", ca);
        Put("client", Pair(isAuthority: false));
    }

    [Fact]
    public void The_folder_certs_gets_files_of_known_names_and_no_others()
    {
        Put("server", Pair(isAuthority: false));
        folder.Write("certs/ca.key", "secret");
        folder.Write("certs/notes.txt", "mine");

        Copy();

        Directory.GetFiles(folder.File("layer/certs")).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["client.crt", "client.key", "root.crt", "server.crt", "server.key"]);
        File.ReadAllText(folder.File("layer/certs/client.key")).ShouldBe(File.ReadAllText(folder.File("certs/client.key")));
    }

    [Fact]
    public void What_a_link_leads_to_is_copied()
    {
        File.Move(folder.File("certs/root.crt"), folder.File("certs/..data"));
        File.CreateSymbolicLink(folder.File("certs/root.crt"), "..data");

        Copy();

        new FileInfo(folder.File("layer/certs/root.crt")).LinkTarget.ShouldBeNull();
    }

    [Fact]
    public void A_CA_that_passes_for_a_client_is_refused()
    {
        Put("client", Pair(isAuthority: true));

        Refused("is a CA");
    }

    [Fact]
    public void A_key_in_a_bundle_is_refused()
    {
        File.AppendAllText(folder.File("certs/root.crt"), Pair(isAuthority: true).Key);

        Refused("root.crt");
    }

    [Theory]
    [InlineData("root.crt")]
    [InlineData("client.key")]
    public void A_missing_file_is_named(string name)
    {
        File.Delete(folder.File($"certs/{name}"));

        Refused(name);
    }

    [Fact]
    public void Half_a_server_or_a_key_of_another_is_refused()
    {
        folder.Write("certs/server.crt", Pair(isAuthority: false).Certificate);
        Refused("server.key");
        folder.Write("certs/server.key", Pair(isAuthority: false).Key);
        Refused("server.crt");
    }

    public void Dispose() => folder.Dispose();

    void Copy() => BakedCertificates.Copy(folder.File("certs"), folder.File("layer"));

    void Refused(string because)
    {
        Should.Throw<InvalidDataException>(Copy).Message.ShouldContain(because);
        Directory.Exists(folder.File("layer/certs")).ShouldBeFalse("nothing is copied");
    }

    void Put(string side, (string Certificate, string Key) pair)
    {
        folder.Write($"certs/{side}.crt", pair.Certificate);
        folder.Write($"certs/{side}.key", pair.Key);
    }

    static (string Certificate, string Key) Pair(bool isAuthority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
