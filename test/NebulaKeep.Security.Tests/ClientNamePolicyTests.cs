using System.Security.Cryptography.X509Certificates;
using NebulaKeep.Security.Issuing;

namespace NebulaKeep.Security.Tests;

public sealed class ClientNamePolicyTests : IDisposable
{
    readonly X509Certificate2 certificate = Make("backup", ["br.tools.example", "10.0.0.7"]);

    [Theory]
    [InlineData("backup")]
    [InlineData("BR.tools.example")]
    [InlineData("*.tools.example")]
    [InlineData("10.0.0.7")]
    public void A_name_in_the_certificate_lets_it_in(string allowed) =>
        ClientNamePolicy.Only(["someone", allowed]).Allows(certificate).ShouldBeTrue();

    [Theory]
    [InlineData("tools.example")]
    [InlineData("*.example")]
    [InlineData("*")]
    [InlineData("back")]
    [InlineData("")]
    public void Anything_else_does_not(string allowed) => ClientNamePolicy.Only([allowed]).Allows(certificate).ShouldBeFalse();

    [Fact]
    public void An_empty_list_lets_nobody_in_and_no_list_everybody()
    {
        ClientNamePolicy.Only([]).Allows(certificate).ShouldBeFalse();
        ClientNamePolicy.Any.Allows(certificate).ShouldBeTrue();
    }

    public void Dispose() => certificate.Dispose();

    static X509Certificate2 Make(string commonName, string[] names)
    {
        var validity = Validity.From(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1));
        using var authority = CertificateAuthority.Create("CA", validity);
        var issued = authority.Issue(new LeafRequest(commonName, CertificateUsage.Client, names, validity));
        return X509Certificate2.CreateFromPem(issued.CertificatePem);
    }
}
