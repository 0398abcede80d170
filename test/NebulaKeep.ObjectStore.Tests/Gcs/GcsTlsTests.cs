using System.Security.Cryptography.X509Certificates;
using NebulaKeep.ObjectStore.Tests.Support;
using NebulaKeep.Testing;
using NebulaKeep.Testing.Stores.Gcs;

namespace NebulaKeep.ObjectStore.Tests.Gcs;

/// <summary>A server and a token server with a certificate of a private CA.</summary>
public sealed class GcsTlsTests
{
    [Fact]
    public async Task A_private_CA_is_trusted_where_it_is_given_and_named_where_not()
    {
        using var pki = new TestPki();
        var files = pki.Server();
        using var pem = X509Certificate2.CreateFromPemFile(files.CertPath!, files.KeyPath!);
        using var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        await using var server = await GcsEmulator.StartAsync(certificate);
        server.Buckets.Create("bucket");
        var settings = server.Settings();

        await using var trusting = Open(settings with { CaPem = await File.ReadAllTextAsync(files.CaPath!) });
        await trusting.PutTextAsync("k", "over TLS");
        (await trusting.GetTextAsync("k")).ShouldBe("over TLS");

        await using var wary = Open(settings with { Credentials = null, AccessToken = new Core.Secret(server.Tokens.Issue()) });
        (await wary.StatAsync("k", default).ShouldFailAsync(StoreFailure.Untrusted)).Message.ShouldContain("CA");

        Should.Throw<Core.NebulaKeepException>(() => Open(settings with { CaPem = "no PEM" })).Message.ShouldContain("PEM");
    }

    static IObjectStore Open(GcsSettings settings) =>
        ObjectStores.Open(new StoreSettings { Uri = StoreUri.Parse("gs://bucket"), Gcs = settings }, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TimeProvider.System);
}
