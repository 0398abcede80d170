using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using NebulaKeep.Core;
using NebulaKeep.Testing;

namespace NebulaKeep.Security.Tests;

/// <summary>Against OpenSSL's own server, which sends alerts as NebulaGraph's daemons do and SslStream does not.</summary>
[Trait("Category", "Server")]
public sealed class OpenSslPeerTests(TlsMatrixTests.Keys keys) : IClassFixture<TlsMatrixTests.Keys>
{
    [Theory]
    [InlineData(SslProtocols.Tls12, CertificateFault.None, null)]
    [InlineData(SslProtocols.Tls13, CertificateFault.None, null)]
    [InlineData(SslProtocols.Tls12, CertificateFault.Missing, TlsProblem.NoClientCertificate)]
    [InlineData(SslProtocols.Tls13, CertificateFault.Missing, TlsProblem.NoClientCertificate)]
    [InlineData(SslProtocols.Tls12, CertificateFault.WrongCa, TlsProblem.ClientCertificateRefused)]
    [InlineData(SslProtocols.Tls13, CertificateFault.WrongCa, TlsProblem.ClientCertificateRefused)]
    [InlineData(SslProtocols.Tls12, CertificateFault.Expired, TlsProblem.ClientCertificateRefused)]
    [InlineData(SslProtocols.Tls13, CertificateFault.Expired, TlsProblem.ClientCertificateRefused)]
    public async Task An_alert_about_the_clients_certificate_is_typed(SslProtocols version, CertificateFault fault, TlsProblem? expected)
    {
        var peer = new HostAddress("127.0.0.1", FreePort());
        using var server = Start(peer);
        try
        {
            var failure = await AskAsync(keys.Pki.ClientTls(fault, new() { Versions = version }), peer);

            (failure?.Problem).ShouldBe(expected, failure?.ToString());
            // In TLS 1.2 the alert comes within the handshake, and says only that the certificate was refused.
            if (fault == CertificateFault.Expired && version == SslProtocols.Tls13) failure!.Message.ShouldContain("expired at");
        }
        finally
        {
            server.Kill();
        }
    }

    static async Task<TlsFailureException?> AskAsync(ClientTls client, HostAddress peer)
    {
        using var socket = await ConnectAsync(peer);
        try
        {
            await using var stream = await client.AuthenticateAsync(new NetworkStream(socket), peer, CancellationToken.None);
            await stream.WriteAsync("hello\n"u8.ToArray());
            (await stream.ReadAsync(new byte[16])).ShouldBe(6, "s_server -rev sends lines back, reversed");
            return null;
        }
        catch (Exception e) when (TlsFailures.Classify(e, peer) is { } failure)
        {
            return failure;
        }
    }

    static async Task<Socket> ConnectAsync(HostAddress peer)
    {
        Socket? socket = null;
        await Eventually.TrueAsync(async () =>
        {
            var attempt = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await attempt.ConnectAsync(IPAddress.Parse(peer.Host), peer.Port);
                socket = attempt;
            }
            catch (SocketException)
            {
                attempt.Dispose();
            }
            return socket is not null;
        }, "openssl s_server listens");
        return socket!;
    }

    Process Start(HostAddress address)
    {
        var files = keys.Pki.Server();
        var start = new ProcessStartInfo("openssl");
        string[] arguments = ["s_server", "-accept", address.ToString(), "-cert", files.CertPath!, "-key", files.KeyPath!,
            "-CAfile", files.CaPath, "-Verify", "3", "-verify_return_error", "-quiet", "-rev"];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
