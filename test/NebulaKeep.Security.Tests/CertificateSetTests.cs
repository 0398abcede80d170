using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NebulaKeep.Security.Issuing;
using NebulaKeep.Testing;

namespace NebulaKeep.Security.Tests;

public sealed class CertificateSetTests : IDisposable
{
    readonly TestPki pki = new();
    readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(KeyKind.EcdsaP256)]
    [InlineData(KeyKind.Rsa3072)]
    public void A_certificate_comes_with_its_key(KeyKind kind)
    {
        var files = pki.Issue("own", Request(kind));

        var set = CertificateSet.Load(files);

        set.Leaf.ShouldNotBeNull().HasPrivateKey.ShouldBeTrue();
        set.Roots.Count.ShouldBe(1);
    }

    [Fact]
    public void Intermediates_are_sent_along()
    {
        var set = CertificateSet.Load(pki.Server(CertificateFault.Intermediate));

        set.Chain.Single().Subject.ShouldContain("intermediate");
        set.Context.ShouldNotBeNull().IntermediateCertificates.Count.ShouldBe(1);
    }

    [Fact]
    public void OpenSsls_key_formats_are_understood()
    {
        var (rsaFiles, ecFiles) = (pki.Issue("rsa", Request(KeyKind.Rsa3072)), pki.Issue("ec", Request(KeyKind.EcdsaP256)));
        using var rsa = RSA.Create();
        rsa.ImportFromPem(File.ReadAllText(rsaFiles.KeyPath!));
        using var ec = ECDsa.Create();
        ec.ImportFromPem(File.ReadAllText(ecFiles.KeyPath!));
        const string Parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";

        var pkcs1 = rsaFiles with { KeyPath = folder.Write("pkcs1.key", rsa.ExportRSAPrivateKeyPem()) };
        var sec1 = ecFiles with { KeyPath = folder.Write("sec1.key", Parameters + ec.ExportECPrivateKeyPem()) };

        CertificateSet.Load(pkcs1).Leaf.ShouldNotBeNull().HasPrivateKey.ShouldBeTrue();
        CertificateSet.Load(sec1).Leaf.ShouldNotBeNull().HasPrivateKey.ShouldBeTrue();
    }

    [Fact]
    public void An_encrypted_key_opens_with_its_password_file_only()
    {
        var files = Encrypted("correct horse");

        CertificateSet.Load(files with { KeyPasswordPath = folder.Write("password", "correct horse\n") }).Leaf.ShouldNotBeNull();
        var wrong = Problem(files with { KeyPasswordPath = folder.Write("wrong", "battery staple") });
        wrong.Problem.ShouldBe(CertificateFileProblem.WrongPassword);
        wrong.ToString().ShouldNotContain("battery staple");
        Problem(files).Problem.ShouldBe(CertificateFileProblem.WrongPassword);
    }

    [Fact]
    public void A_key_encrypted_in_OpenSSLs_old_way_gets_advice()
    {
        const string Old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";

        var problem = Problem(pki.Server() with { KeyPath = folder.Write("old.key", Old) });

        problem.Problem.ShouldBe(CertificateFileProblem.WrongPassword);
        problem.Message.ShouldContain("pkcs8 -topk8");
    }

    [Fact]
    public void Every_unusable_file_is_named_with_what_is_wrong()
    {
        var good = pki.Server();
        var garbage = folder.Write("garbage", "no PEM here");
        var half = folder.Write("half", File.ReadAllText(good.CertPath!)[..300] + "\n-----END CERTIFICATE-----\n");
        var huge = folder.Write("huge", new string('x', (1 << 20) + 1));

        Check(good with { CaPath = folder.File("absent") }, CertificateFileProblem.Missing, folder.File("absent"));
        Check(good with { CertPath = folder.File("no/folder") }, CertificateFileProblem.Missing, folder.File("no/folder"));
        Check(good with { KeyPath = folder.Path }, CertificateFileProblem.Unreadable, folder.Path);
        Check(good with { CertPath = garbage }, CertificateFileProblem.NotPem, garbage);
        Check(good with { CertPath = half }, CertificateFileProblem.NotPem, half);
        Check(good with { KeyPath = garbage }, CertificateFileProblem.NotPem, garbage);
        Check(good with { CaPath = huge }, CertificateFileProblem.TooLarge, huge);
        Check(good with { CaPath = good.CertPath! }, CertificateFileProblem.NoRoot, good.CertPath!);
        Check(good with { KeyPath = pki.Client().KeyPath }, CertificateFileProblem.KeyMismatch, pki.Client().KeyPath!);
        Check(good with { KeyPath = null }, CertificateFileProblem.Missing, good.CertPath!);
        Check(good with { CertPath = null }, CertificateFileProblem.Missing, good.KeyPath!);
    }

    [Fact]
    public void A_key_of_another_kind_is_a_mismatch()
    {
        var rsa = pki.Issue("rsa", Request(KeyKind.Rsa3072));

        Problem(pki.Server() with { KeyPath = rsa.KeyPath }).Problem.ShouldBe(CertificateFileProblem.KeyMismatch);
    }

    [Fact]
    public void Time_out_of_range_is_told_with_the_date()
    {
        var now = TimeProvider.System.GetUtcNow();

        CertificateSet.Load(pki.Server()).ProblemAt(now).ShouldBeNull();
        CertificateSet.Load(pki.Server(CertificateFault.NotYetValid)).ProblemAt(now)!.Problem.ShouldBe(CertificateFileProblem.NotYetValid);
        var expired = CertificateSet.Load(pki.Server(CertificateFault.Expired)).ProblemAt(now).ShouldNotBeNull();
        expired.Problem.ShouldBe(CertificateFileProblem.Expired);
        expired.Message.ShouldContain(now.AddHours(-1).ToString("yyyy-MM-dd HH:"));
    }

    [Fact]
    public void Certificates_made_by_OpenSSL_for_real_servers_are_read()
    {
        var set = CertificateSet.Load(new TlsFiles(Golden("ca.crt")));
        using var server = X509CertificateLoader.LoadCertificateFromFile(Golden("server.crt"));
        var verdict = Verify(set, server);

        verdict.ShouldBeTrue();
        Verify(CertificateSet.Load(new TlsFiles(Golden("other-ca.crt"))), server).ShouldBeFalse();
        PeerNames.Of(server).ShouldBe(["golden-server", "127.0.1.1", "127.0.2.1", "127.0.2.2", "127.0.2.3"]);
    }

    public void Dispose()
    {
        folder.Dispose();
        pki.Dispose();
    }

    static bool Verify(CertificateSet set, X509Certificate2 certificate)
    {
        using var chain = new X509Chain { ChainPolicy = set.PolicyFor("1.3.6.1.5.5.7.3.1", new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)) };
        return chain.Build(certificate);
    }

    static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name);

    static LeafRequest Request(KeyKind kind) =>
        new("own", CertificateUsage.Server, ["localhost"], Validity.From(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)), kind);

    static CertificateFileException Problem(TlsFiles files) => Should.Throw<CertificateFileException>(() => CertificateSet.Load(files));

    static void Check(TlsFiles files, CertificateFileProblem problem, string path)
    {
        var thrown = Problem(files);
        thrown.Problem.ShouldBe(problem, thrown.Message);
        thrown.Path.ShouldBe(path);
        thrown.Message.ShouldStartWith(path);
    }

    TlsFiles Encrypted(string password)
    {
        var files = pki.Issue("own", Request(KeyKind.EcdsaP256));
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(files.KeyPath!));
        var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000);
        return files with { KeyPath = folder.Write("encrypted.key", key.ExportEncryptedPkcs8PrivateKeyPem(password, parameters)) };
    }
}
