using System.Security.Cryptography.X509Certificates;
using NebulaKeep.Security.Issuing;
using NebulaKeep.Testing;

namespace NebulaKeep.Security.Tests.Issuing;

public sealed class CertificateAuthorityTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
    static readonly Validity Year = Validity.From(Now, TimeSpan.FromDays(365));

    [Theory]
    [InlineData(KeyKind.EcdsaP256, KeyKind.EcdsaP256)]
    [InlineData(KeyKind.Rsa3072, KeyKind.EcdsaP256)]
    [InlineData(KeyKind.EcdsaP256, KeyKind.Rsa3072)]
    public void Certificates_chain_to_their_CA_whatever_the_keys(KeyKind ca, KeyKind leaf)
    {
        using var authority = CertificateAuthority.Create("CA", Year, ca);
        using var issued = Issue(authority, new LeafRequest("server", CertificateUsage.Server, ["host"], Year, leaf));

        using var chain = Chain(authority);
        chain.Build(issued).ShouldBeTrue();
    }

    [Fact]
    public void A_certificate_says_what_was_asked_for()
    {
        using var authority = CertificateAuthority.Create("CA", Year);
        string[] names = ["*.nebula-metad-headless.default.svc.cluster.local", "10.0.0.1", "fd00::1"];
        using var issued = Issue(authority, new LeafRequest("server", CertificateUsage.Server | CertificateUsage.Client, names, Year));

        PeerNames.Alternative(issued).ShouldBe(names, ignoreOrder: true);
        issued.NotBefore.ToUniversalTime().ShouldBe(Now.UtcDateTime.AddMinutes(-5));
        issued.NotAfter.ToUniversalTime().ShouldBe(Now.UtcDateTime.AddDays(365));
        issued.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Count.ShouldBe(2);
        issued.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority.ShouldBeFalse();
        issued.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier.ShouldNotBeNull();
    }

    [Fact]
    public void No_certificate_outlives_its_CA()
    {
        using var authority = CertificateAuthority.Create("CA", Validity.From(Now, TimeSpan.FromDays(10)));
        using var issued = Issue(authority, new LeafRequest("server", CertificateUsage.Server, ["host"], Year));

        issued.NotAfter.ToUniversalTime().ShouldBe(Now.UtcDateTime.AddDays(10));
    }

    [Fact]
    public void An_intermediate_comes_along_with_what_it_issues()
    {
        using var root = CertificateAuthority.Create("root", Year);
        using var below = root.CreateIntermediate("below", Year);

        var issued = below.Issue(new LeafRequest("server", CertificateUsage.Server, ["host"], Year));

        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(issued.CertificatePem);
        certificates.Count.ShouldBe(2);
        using var chain = Chain(root);
        chain.ChainPolicy.ExtraStore.Add(certificates[1]);
        chain.Build(certificates[0]).ShouldBeTrue();
    }

    [Fact]
    public void Serial_numbers_differ()
    {
        using var authority = CertificateAuthority.Create("CA", Year);
        var request = new LeafRequest("client", CertificateUsage.Client, [], Year);

        using var first = Issue(authority, request);
        using var second = Issue(authority, request);

        first.SerialNumber.ShouldNotBe(second.SerialNumber);
    }

    [Fact]
    public void A_server_certificate_does_not_pass_for_a_CA()
    {
        using var folder = new TemporaryFolder();
        using var authority = CertificateAuthority.Create("CA", Year);
        var issued = authority.Issue(new LeafRequest("server", CertificateUsage.Server, ["host"], Year));
        var cert = folder.Write("leaf.crt", issued.CertificatePem + authority.CertificatePem);

        Should.Throw<CertificateFileException>(() => CertificateAuthority.Load(cert, folder.Write("leaf.key", issued.KeyPem.Reveal())))
            .Problem.ShouldBe(CertificateFileProblem.NoRoot);
    }

    static X509Certificate2 Issue(CertificateAuthority authority, LeafRequest request) =>
        X509Certificate2.CreateFromPem(authority.Issue(request).CertificatePem);

    static X509Chain Chain(CertificateAuthority authority)
    {
        var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = Now.UtcDateTime;
        chain.ChainPolicy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(authority.CertificatePem));
        return chain;
    }
}
