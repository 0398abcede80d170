using System.Net.Security;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.Security.Issuing;
using NebulaKeep.Testing;

namespace NebulaKeep.Security.Tests;

public sealed class ClientTlsTests(TlsMatrixTests.Keys keys) : IClassFixture<TlsMatrixTests.Keys>
{
    static readonly HostAddress Peer = new("127.0.0.1", 9559);
    readonly TestPki pki = keys.Pki;

    [Fact]
    public async Task A_server_name_replaces_the_dialled_host()
    {
        var client = Client(pki.Client() with { ServerName = "elsewhere.invalid" });

        (await ConnectAsync(client, pki.ServerTls(CertificateFault.WrongName))).Client.ShouldBeNull();
        var (refused, _) = await ConnectAsync(client, pki.ServerTls());
        refused.ShouldBeOfType<TlsFailureException>().Problem.ShouldBe(TlsProblem.WrongName);
        refused.Message.ShouldContain("'elsewhere.invalid'");
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_write_that_comes_after_the_refusal_was_read_still_names_it(SslProtocols version)
    {
        var server = pki.ServerTls();
        var (client, _) = await Loopback.ExchangeAsync(
            async (stream, peer, token) =>
            {
                var refused = await pki.ClientTls(CertificateFault.WrongCa, new() { Versions = version }).AuthenticateAsync(stream, peer, token);
                await Should.ThrowAsync<IOException>(refused.ReadAsync(new byte[1], token).AsTask());
                await refused.DisposeAsync();
                return refused;
            },
            async (stream, token) => await server.AuthenticateAsync(stream, "client", token));

        client.ShouldBeOfType<TlsFailureException>().Problem.ShouldBe(TlsProblem.ClientCertificateRefused);
    }

    [Fact]
    public async Task A_wildcard_stands_for_one_label()
    {
        var server = ServerTls.Open(pki.Issue("wildcard", Request("*.meta.default.svc.cluster.local")), new(), TimeProvider.System, NullLogger.Instance);

        var (good, _) = await ConnectAsync(Client(pki.Client() with { ServerName = "nebula-metad-0.meta.default.svc.cluster.local" }), server);
        var (bad, _) = await ConnectAsync(Client(pki.Client() with { ServerName = "a.b.meta.default.svc.cluster.local" }), server);

        good.ShouldBeNull();
        bad.ShouldBeOfType<TlsFailureException>().Problem.ShouldBe(TlsProblem.WrongName);
    }

    [Theory]
    [InlineData(CertificateFault.WrongCa)]
    [InlineData(CertificateFault.Expired)]
    [InlineData(CertificateFault.WrongName)]
    public async Task Skipping_verification_accepts_anything_and_warns_once(CertificateFault fault)
    {
        var log = new RecordingLogger<ClientTls>();
        var client = ClientTls.Open(pki.Client() with { InsecureSkipVerify = true }, new(), TimeProvider.System, log);

        (await ConnectAsync(client, pki.ServerTls(fault))).Client.ShouldBeNull();
        (await ConnectAsync(client, pki.ServerTls(fault))).Client.ShouldBeNull();

        log.At(LogLevel.Warning).Single().ShouldContain("insecure_skip_verify");
    }

    [Fact]
    public async Task A_client_without_a_certificate_reaches_a_server_that_wants_none()
    {
        var server = pki.ServerTls(settings: new() { Clients = ClientCertificates.None });

        (await ConnectAsync(pki.ClientTls(CertificateFault.Missing), server)).Client.ShouldBeNull();
        (await ConnectAsync(pki.ClientTls(), server)).Client.ShouldBeNull();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task RSA_certificates_serve_both_versions(SslProtocols version)
    {
        var rsa = keys.Rsa;

        var (client, server) = await ConnectAsync(rsa.ClientTls(settings: new() { Versions = version }), rsa.ServerTls());

        (client ?? server).ShouldBeNull();
    }

    [Fact]
    public async Task No_version_in_common_is_a_protocol_mismatch()
    {
        var (client, server) = await ConnectAsync(
            pki.ClientTls(settings: new() { Versions = SslProtocols.Tls12 }), pki.ServerTls(settings: new() { Versions = SslProtocols.Tls13 }));

        client.ShouldBeOfType<TlsFailureException>().Problem.ShouldBe(TlsProblem.ProtocolMismatch);
        server.ShouldBeOfType<TlsFailureException>().Problem.ShouldBe(TlsProblem.ProtocolMismatch);
    }

    [Fact]
    public async Task Protocols_are_negotiated_where_both_sides_name_them()
    {
        SslApplicationProtocol[] http2 = [SslApplicationProtocol.Http2];
        var client = pki.ClientTls(settings: new() { ApplicationProtocols = http2 });
        var server = pki.ServerTls(settings: new() { ApplicationProtocols = http2 });
        SslApplicationProtocol negotiated = default;

        await Loopback.ExchangeAsync(
            async (stream, peer, token) =>
            {
                var tls = await client.AuthenticateAsync(stream, peer, token);
                negotiated = tls.NegotiatedApplicationProtocol;
                return tls;
            },
            async (stream, token) => await server.AuthenticateAsync(stream, "client", token));

        negotiated.ShouldBe(SslApplicationProtocol.Http2);
    }

    [Fact]
    public async Task The_message_names_certificate_validity_and_remedy()
    {
        var (client, _) = await ConnectAsync(pki.ClientTls(), pki.ServerTls(CertificateFault.Expired));

        client!.Message.ShouldContain("127.0.0.1:");
        client.Message.ShouldContain("CN=server");
        client.Message.ShouldContain("expired at");
        client.Message.ShouldContain("issue a new one");
    }

    [Fact]
    public async Task Either_root_of_a_bundle_is_trusted_while_a_CA_is_replaced()
    {
        using var folder = new TemporaryFolder();
        var both = folder.Write("both.crt", File.ReadAllText(pki.CaPath) + File.ReadAllText(pki.OtherCaPath));
        var client = Client(pki.Client() with { CaPath = both });

        (await ConnectAsync(client, pki.ServerTls())).Client.ShouldBeNull();
        (await ConnectAsync(client, pki.ServerTls(CertificateFault.WrongCa))).Client.ShouldBeNull();
    }

    [Fact]
    public async Task A_silent_server_ends_in_a_transient_failure()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var client = ClientTls.Open(pki.Client(), new(), clock, NullLogger.Instance);
        using var silent = new SilentStream();

        var handshake = client.AuthenticateAsync(silent, Peer, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => silent.IsRead, "the client waits for the server's answer");
        clock.Advance(TimeSpan.FromSeconds(10));

        var failure = await Should.ThrowAsync<TlsFailureException>(handshake);
        failure.Problem.ShouldBe(TlsProblem.Interrupted);
        failure.IsTransient.ShouldBeTrue();
    }

    [Fact]
    public async Task Cancelling_a_handshake_is_no_failure_of_TLS()
    {
        using var cancel = new CancellationTokenSource();
        using var silent = new SilentStream();
        var handshake = pki.ClientTls().AuthenticateAsync(silent, Peer, cancel.Token);
        await Eventually.TrueAsync(() => silent.IsRead, "the client waits for the server's answer");

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(handshake);
    }

    static ClientTls Client(TlsFiles files) => ClientTls.Open(files, new(), TimeProvider.System, NullLogger.Instance);

    static LeafRequest Request(string name) =>
        new("server", CertificateUsage.Server, [name], Validity.From(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)));

    static Task<(Exception? Client, Exception? Server)> ConnectAsync(ClientTls client, ServerTls server) => Loopback.ExchangeAsync(
        async (stream, peer, token) => await client.AuthenticateAsync(stream, peer, token),
        async (stream, token) => await server.AuthenticateAsync(stream, "client", token));
}
