using System.Security.Authentication;
using NebulaKeep.Security.Issuing;
using NebulaKeep.Testing;

namespace NebulaKeep.Security.Tests;

public sealed class TlsMatrixTests(TlsMatrixTests.Keys keys) : IClassFixture<TlsMatrixTests.Keys>
{
    public static TheoryData<string, SslProtocols> Cells => [.. TlsMatrix.Cells];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Every_cell_works_or_names_its_problem_to_the_client(string scenario, SslProtocols version)
    {
        var cell = TlsMatrix.Cell(scenario, version);

        var (client, server) = await RunAsync(cell);

        if (!cell.ClientSpeaksTls)
        {
            client.ShouldBeAssignableTo<IOException>();
            server.ShouldBeOfType<TlsFailureException>().Problem.ShouldBe(TlsProblem.PeerSpeaksPlaintext);
        }
        else if (cell.Expected is null)
        {
            (client ?? server).ShouldBeNull();
        }
        else
        {
            client.ShouldBeOfType<TlsFailureException>().Problem.ShouldBe(cell.Expected.Value, client.ToString());
        }
    }

    [Theory]
    [InlineData(CertificateFault.Missing, TlsProblem.NoClientCertificate)]
    [InlineData(CertificateFault.WrongCa, TlsProblem.UntrustedCa)]
    [InlineData(CertificateFault.Expired, TlsProblem.Expired)]
    [InlineData(CertificateFault.NotYetValid, TlsProblem.NotYetValid)]
    [InlineData(CertificateFault.WrongUsage, TlsProblem.WrongUsage)]
    public async Task The_server_knows_exactly_what_is_wrong_with_a_client(CertificateFault fault, TlsProblem expected)
    {
        foreach (var version in new[] { SslProtocols.Tls12, SslProtocols.Tls13 })
        {
            var (_, server) = await RunAsync(TlsMatrix.Cell("right", version) with { Client = fault });

            server.ShouldBeOfType<TlsFailureException>().Problem.ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_server_serves_the_next_client_after_every_kind_of_bad_one(SslProtocols version)
    {
        var server = keys.Pki.ServerTls();
        foreach (var fault in new[] { CertificateFault.Missing, CertificateFault.WrongCa, CertificateFault.Expired })
        {
            var (bad, _) = await Loopback.ExchangeAsync(
                async (s, peer, ct) => await keys.Pki.ClientTls(fault, new() { Versions = version }).AuthenticateAsync(s, peer, ct),
                async (s, ct) => await server.AuthenticateAsync(s, "client", ct));
            bad.ShouldNotBeNull();
        }

        var (good, _) = await Loopback.ExchangeAsync(
            async (s, peer, ct) => await keys.Pki.ClientTls().AuthenticateAsync(s, peer, ct),
            async (s, ct) => await server.AuthenticateAsync(s, "client", ct));

        good.ShouldBeNull();
    }

    Task<(Exception? Client, Exception? Server)> RunAsync(TlsCell cell)
    {
        var server = keys.Pki.ServerTls(cell.Server);
        var client = keys.Pki.ClientTls(cell.Client, cell.ClientSettings);
        return Loopback.ExchangeAsync(
            async (s, peer, ct) => cell.ClientSpeaksTls ? await client.AuthenticateAsync(s, peer, ct) : s,
            async (s, ct) => cell.ServerSpeaksTls ? await server.AuthenticateAsync(s, "client", ct) : await FramedPlainServerAsync(s, ct));
    }

    /// <summary>Takes the ClientHello for a frame of 369 million bytes and hangs up, as a framed Thrift server does.</summary>
    static async Task<Stream> FramedPlainServerAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.ReadExactlyAsync(new byte[4], cancellationToken);
        await stream.DisposeAsync();
        throw new IOException("frame too long");
    }

    public sealed class Keys : IDisposable
    {
        readonly Lazy<TestPki> rsa = new(() => new TestPki(KeyKind.Rsa3072));

        public TestPki Pki { get; } = new();

        /// <summary>Made only once where it is wanted: RSA keys take their time.</summary>
        public TestPki Rsa => rsa.Value;

        public void Dispose()
        {
            Pki.Dispose();
            if (rsa.IsValueCreated) rsa.Value.Dispose();
        }
    }
}
