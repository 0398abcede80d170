using System.Net;
using System.Net.Sockets;
using NebulaKeep.Core;
using NebulaKeep.Security;
using NebulaKeep.Testing;
using NebulaKeep.Thrift.Frames;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;
using NebulaKeep.Thrift.Tests.Support;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.Thrift.Tests.Transport;

/// <summary>Everything that can go wrong on a connection has a kind of its own.</summary>
public sealed class ThriftConnectionTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_port_where_nobody_listens_refuses()
    {
        var error = await Should.ThrowAsync<ThriftTransportException>(() => ThriftConnection.ConnectAsync(FreePort(), new(), Token));

        (error.Problem, error.WasSent, error.IsTransient).ShouldBe((TransportProblem.Refused, false, true));
        error.Message.ShouldContain("is the daemon running");
    }

    [Fact]
    public async Task An_unknown_host_is_named()
    {
        var error = await Should.ThrowAsync<ThriftTransportException>(() =>
            ThriftConnection.ConnectAsync(new HostAddress("no-such-host.invalid", 9559), new(), Token));

        error.Problem.ShouldBe(TransportProblem.UnknownHost);
        error.Message.ShouldContain("no-such-host.invalid:9559");
    }

    [Fact]
    public async Task A_silent_server_runs_into_the_deadline()
    {
        await using var server = RawServer.Answering([], stayOpen: true);

        var error = await FailAsync(server.Address, new() { CallTimeout = TimeSpan.FromMilliseconds(50) });

        (error.Problem, error.WasSent, error.IsTransient).ShouldBe((TransportProblem.Timeout, true, true));
    }

    [Fact]
    public async Task A_server_that_stops_within_a_reply_runs_into_the_deadline()
    {
        await using var server = RawServer.Answering([0, 0, 0, 50, 0x80, 0x01], stayOpen: true);

        (await FailAsync(server.Address, new() { CallTimeout = TimeSpan.FromMilliseconds(50) })).Problem.ShouldBe(TransportProblem.Timeout);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("0000003280")]
    public async Task A_server_that_hangs_up_has_closed(string answer)
    {
        await using var server = RawServer.Answering(Convert.FromHexString(answer));

        var error = await FailAsync(server.Address, new());

        (error.Problem, error.WasSent).ShouldBe((TransportProblem.Closed, true));
    }

    [Theory]
    [InlineData("00000004 00000000", "neither binary, compact nor THeader")]
    [InlineData("7fffffff", "above the limit")]
    [InlineData("ffffffff", "above the limit")]
    [InlineData("00000010 80010002 00000004 6563686f 00000009", "sequence id 9 instead of 1")]
    [InlineData("00000010 80010002 00000004 6563684f 00000001", "one to 'echO'")]
    [InlineData("00000010 80010001 00000004 6563686f 00000001", "of type Call instead of a reply")]
    [InlineData("00000011 80010002 00000004 6563686f 00000001 00", "without a result")]
    [InlineData("00000008 80010002 7fffffff", "bytes wanted")]
    public async Task A_reply_that_does_not_fit_is_malformed_and_breaks_the_connection(string answer, string text)
    {
        await using var server = RawServer.Answering(Convert.FromHexString(answer.Replace(" ", "")), stayOpen: true);
        await using var client = await ThriftConnection.ConnectAsync(server.Address, new(), Token);

        var error = await Should.ThrowAsync<ThriftTransportException>(() => client.CallAsync(Sample.Echo, new Sample(), null, Token));

        (error.Problem, error.IsTransient).ShouldBe((TransportProblem.Malformed, false));
        error.Message.ShouldContain(text);
        client.IsBroken.ShouldBeTrue();
        var second = await Should.ThrowAsync<ThriftTransportException>(() => client.CallAsync(Sample.Echo, new Sample(), null, Token));
        (second.Problem, second.WasSent).ShouldBe((TransportProblem.Broken, false));
    }

    [Fact]
    public async Task A_plaintext_client_learns_that_the_port_wants_TLS()
    {
        using var pki = new TestPki();
        await using var server = new EchoServer(new() { Tls = pki.ServerTls() });

        var error = await FailAsync(server.Server.Address, new());

        (error.Problem, error.IsTransient, error.WasSent).ShouldBe((TransportProblem.TlsRequired, false, false));
        error.Message.ShouldContain("speaks TLS");
    }

    [Fact]
    public async Task A_TLS_client_learns_that_the_port_speaks_plaintext()
    {
        using var pki = new TestPki();
        await using var server = new EchoServer();

        var error = await Should.ThrowAsync<TlsFailureException>(() =>
            ThriftConnection.ConnectAsync(server.Server.Address, new() { Tls = pki.ClientTls() }, Token));

        error.Problem.ShouldBe(TlsProblem.PeerSpeaksPlaintext);
    }

    [Theory]
    [InlineData(CertificateFault.Missing, TlsProblem.NoClientCertificate)]
    [InlineData(CertificateFault.WrongCa, TlsProblem.ClientCertificateRefused)]
    public async Task A_client_that_the_server_refuses_learns_why(CertificateFault fault, TlsProblem problem)
    {
        using var pki = new TestPki();
        await using var server = new EchoServer(new() { Tls = pki.ServerTls() });

        var error = await Should.ThrowAsync<TlsFailureException>(async () =>
        {
            await using var client = await ThriftConnection.ConnectAsync(server.Server.Address, new() { Tls = pki.ClientTls(fault) },
                Token);
            await client.CallAsync(Sample.Echo, new Sample(), null, Token);
        });

        error.Problem.ShouldBe(problem);
        server.Contexts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(CertificateFault.WrongCa, TlsProblem.UntrustedCa)]
    [InlineData(CertificateFault.Expired, TlsProblem.Expired)]
    [InlineData(CertificateFault.WrongName, TlsProblem.WrongName)]
    public async Task A_server_that_the_client_refuses_gets_no_call(CertificateFault fault, TlsProblem problem)
    {
        using var pki = new TestPki();
        await using var server = new EchoServer(new() { Tls = pki.ServerTls(fault) });

        var error = await Should.ThrowAsync<TlsFailureException>(() =>
            ThriftConnection.ConnectAsync(server.Server.Address, new() { Tls = pki.ClientTls() }, Token));

        error.Problem.ShouldBe(problem);
    }

    [Fact]
    public async Task Giving_up_is_told_from_a_deadline()
    {
        await using var server = RawServer.Answering([], stayOpen: true);
        await using var client = await ThriftConnection.ConnectAsync(server.Address, new(), Token);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Should.ThrowAsync<OperationCanceledException>(() => client.CallAsync(Sample.Echo, new Sample(), null, cancel.Token));

        client.IsBroken.ShouldBeTrue();
    }

    [Fact]
    public async Task Sequence_ids_count_up_from_1()
    {
        var seen = new List<int>();
        await using var server = new RawServer(async (stream, cancellationToken) =>
        {
            while (await FrameReader.ReadLengthAsync(stream, cancellationToken) is { } length)
            {
                var opened = MessageFrame.Open(await FrameReader.ReadBodyAsync(stream, length, 1000, cancellationToken),
                    ThriftLimits.Server);
                var message = opened.Reader.ReadMessageBegin();
                seen.Add(message.SequenceId);
                await stream.WriteAsync(MessageFrame.Encode(opened.Format, message with { Type = ThriftMessageType.Reply }, w =>
                    Sample.Echo.WriteResult(w, new Sample())), cancellationToken);
            }
        });
        await using var client = await ThriftConnection.ConnectAsync(server.Address, new(), Token);

        for (var i = 0; i < 3; i++) await client.CallAsync(Sample.Echo, new Sample(), null, Token);

        seen.ShouldBe([1, 2, 3]);
    }

    static async Task<ThriftTransportException> FailAsync(HostAddress address, ThriftClientOptions options)
    {
        await using var client = await ThriftConnection.ConnectAsync(address, options, Token);
        return await Should.ThrowAsync<ThriftTransportException>(() => client.CallAsync(Sample.Echo, new Sample(), null, Token));
    }

    static HostAddress FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new HostAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
    }
}
