using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Testing;

namespace NebulaKeep.Security.Tests;

public sealed class ServerTlsTests(TlsMatrixTests.Keys keys) : IClassFixture<TlsMatrixTests.Keys>
{
    readonly TestPki pki = keys.Pki;

    [Fact]
    public async Task Only_clients_on_the_list_come_in_and_the_log_says_who_did_not()
    {
        var log = new RecordingLogger<ServerTls>();
        var server = ServerTls.Open(pki.Server(), new() { Names = ClientNamePolicy.Only(["br"]) }, TimeProvider.System, log);

        var (client, serving) = await ConnectAsync(server);

        client.ShouldBeOfType<TlsFailureException>().Problem.ShouldBe(TlsProblem.ClientCertificateRefused);
        serving.ShouldBeOfType<TlsFailureException>().Problem.ShouldBe(TlsProblem.NameNotAllowed);
        log.At(LogLevel.Warning).Single().ShouldContain("CN=client");
    }

    [Fact]
    public async Task A_client_on_the_list_comes_in()
    {
        var server = ServerTls.Open(pki.Server(), new() { Names = ClientNamePolicy.Only(["br", "client"]) }, TimeProvider.System, NullLogger.Instance);

        (await ConnectAsync(server)).Client.ShouldBeNull();
    }

    [Fact]
    public void A_server_without_a_certificate_cannot_start() =>
        Should.Throw<CertificateFileException>(() => ServerTls.Open(new TlsFiles(pki.CaPath), new(), TimeProvider.System, NullLogger.Instance))
            .Problem.ShouldBe(CertificateFileProblem.Missing);

    Task<(Exception? Client, Exception? Server)> ConnectAsync(ServerTls server) => Loopback.ExchangeAsync(
        async (stream, peer, token) => await pki.ClientTls().AuthenticateAsync(stream, peer, token),
        async (stream, token) => await server.AuthenticateAsync(stream, "client", token));
}
