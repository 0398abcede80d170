using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.Testing;
using NebulaKeep.Thrift.Frames;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Server;
using NebulaKeep.Thrift.Tests.Support;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.Thrift.Tests.Server;

/// <summary>Our client against our server in every wire format, plain and over TLS.</summary>
public sealed class ClientServerTests(ClientServerTests.Pki pki) : IClassFixture<ClientServerTests.Pki>
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<ThriftWire, bool> Ways
    {
        get
        {
            var ways = new TheoryData<ThriftWire, bool>();
            foreach (var wire in Enum.GetValues<ThriftWire>())
            {
                ways.Add(wire, false);
                ways.Add(wire, true);
            }
            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Calls_are_answered_in_kind_one_after_the_other(ThriftWire wire, bool tls)
    {
        await using var server = new EchoServer(ServerOptions(tls));
        await using var client = await ConnectAsync(server, wire, tls);

        for (var i = 0; i < 20; i++)
        {
            var sample = new Sample { Int = i, Text = new string('x', i * 1000) };
            (await client.CallAsync(Sample.Echo, sample, null, Token)).ShouldBe(sample);
        }

        server.Contexts.ShouldAllBe(c => c.Wire == wire && c.Method == "echo" && c.ClientCertificate != null == tls);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_oneway_call_arrives_and_gets_no_reply(ThriftWire wire, bool tls)
    {
        await using var server = new EchoServer(ServerOptions(tls));
        await using var client = await ConnectAsync(server, wire, tls);

        await client.CallAsync(Sample.Tell, new Sample { Int = 7 }, null, Token);
        (await client.CallAsync(Sample.Echo, new Sample { Int = 8 }, null, Token)).Int.ShouldBe(8);

        server.Told.ShouldHaveSingleItem().Int.ShouldBe(7);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task An_unknown_method_is_named_and_the_connection_stays_good(ThriftWire wire, bool tls)
    {
        await using var server = new EchoServer(ServerOptions(tls));
        await using var client = await ConnectAsync(server, wire, tls);
        var unknown = ThriftMethod.Of<Sample, Sample>("noSuchMethod");

        var error = await Should.ThrowAsync<ThriftApplicationException>(() => client.CallAsync(unknown, new Sample(), null, Token));

        (error.Error, error.Message).ShouldBe((ThriftApplicationError.UnknownMethod, "Method name noSuchMethod not found"));
        (await client.CallAsync(Sample.Echo, new Sample { Int = 1 }, null, Token)).Int.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Megabytes_go_both_ways(bool tls)
    {
        await using var server = new EchoServer(ServerOptions(tls));
        await using var client = await ConnectAsync(server, ThriftWire.FramedBinary, tls);
        var sample = new Sample { Bytes = [.. Enumerable.Range(0, 5_000_000).Select(i => (byte)(i * 31))] };

        (await client.CallAsync(Sample.Echo, sample, null, Token)).ShouldBe(sample);
    }

    [Fact]
    public async Task Concurrent_calls_on_one_connection_wait_for_each_other()
    {
        var running = 0;
        await using var server = new EchoServer(null, async (sample, cancellationToken) =>
        {
            Interlocked.Increment(ref running).ShouldBe(1);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return sample;
        });
        await using var client = await ConnectAsync(server, ThriftWire.FramedBinary, false);

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            client.CallAsync(Sample.Echo, new Sample { Int = i }, null, Token)));

        replies.Select(r => r.Int).ShouldBe(Enumerable.Range(0, 50));
    }

    [Fact]
    public async Task A_failing_handler_tells_no_details()
    {
        await using var server = new EchoServer(null, (_, _) => throw new InvalidOperationException("the password is sesame"));
        await using var client = await ConnectAsync(server, ThriftWire.FramedBinary, false);

        var error = await Should.ThrowAsync<ThriftApplicationException>(() => client.CallAsync(Sample.Echo, new Sample(), null, Token));

        error.Error.ShouldBe(ThriftApplicationError.InternalError);
        error.Message.ShouldNotContain("sesame");
    }

    [Fact]
    public async Task A_handler_may_choose_its_exception()
    {
        await using var server = new EchoServer(null, (_, _) =>
            throw new ThriftApplicationException(ThriftApplicationError.LoadShedding, "busy"));
        await using var client = await ConnectAsync(server, ThriftWire.HeaderCompact, false);

        var error = await Should.ThrowAsync<ThriftApplicationException>(() => client.CallAsync(Sample.Echo, new Sample(), null, Token));

        (error.Error, error.Message, error.IsTransient).ShouldBe((ThriftApplicationError.LoadShedding, "busy", true));
    }

    [Fact]
    public async Task Arguments_that_cannot_be_read_are_answered_as_a_protocol_error()
    {
        await using var server = new EchoServer();
        await using var client = await ConnectAsync(server, ThriftWire.FramedBinary, false);
        var withoutArguments = ThriftMethod.WithArgs<Nothing, Sample>("echo");

        var error = await Should.ThrowAsync<ThriftApplicationException>(() =>
            client.CallAsync(withoutArguments, new Nothing(), null, Token));

        error.Error.ShouldBe(ThriftApplicationError.ProtocolError);
        error.Message.ShouldContain("without its argument");
    }

    [Fact]
    public async Task A_stop_lets_a_running_call_end()
    {
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = new EchoServer(null, async (sample, _) =>
        {
            entered.SetResult();
            await leave.Task;
            return sample;
        });
        await using var client = await ConnectAsync(server, ThriftWire.FramedBinary, false);
        var call = client.CallAsync(Sample.Echo, new Sample { Int = 3 }, null, Token);
        await entered.Task;

        var stop = server.Server.StopAsync(Token);
        stop.IsCompleted.ShouldBeFalse();
        leave.SetResult();

        (await call).Int.ShouldBe(3);
        await stop;
        server.Server.ConnectionCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_stop_cancels_what_does_not_end_in_time()
    {
        var entered = new TaskCompletionSource();
        await using var server = new EchoServer(new() { DrainTimeout = TimeSpan.FromMilliseconds(50) }, async (sample, cancellationToken) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return sample;
        });
        await using var client = await ConnectAsync(server, ThriftWire.FramedBinary, false);
        var call = client.CallAsync(Sample.Echo, new Sample(), null, Token);
        await entered.Task;

        await server.Server.StopAsync(Token);

        var error = await Should.ThrowAsync<ThriftTransportException>(call);
        (error.Problem, error.WasSent).ShouldBe((TransportProblem.Closed, true));
    }

    [Fact]
    public async Task A_connection_above_the_limit_is_closed_and_a_freed_place_is_used()
    {
        await using var server = new EchoServer(new() { MaxConnections = 1 });
        var first = await ConnectAsync(server, ThriftWire.FramedBinary, false);
        await first.CallAsync(Sample.Echo, new Sample(), null, Token);

        await using (var second = await ConnectAsync(server, ThriftWire.FramedBinary, false))
            (await Should.ThrowAsync<ThriftTransportException>(() =>
                second.CallAsync(Sample.Echo, new Sample(), null, Token))).Problem.ShouldBe(TransportProblem.Closed);

        await first.DisposeAsync();
        await Eventually.TrueAsync(() => server.Server.ConnectionCount == 0, "the first connection's place is free");
        await using var third = await ConnectAsync(server, ThriftWire.FramedBinary, false);
        await third.CallAsync(Sample.Echo, new Sample(), null, Token);
    }

    [Fact]
    public async Task A_request_above_the_limit_closes_the_connection()
    {
        await using var server = new EchoServer(new() { Limits = new() { MaxFrameBytes = 1000 } });
        await using var client = await ConnectAsync(server, ThriftWire.FramedBinary, false);

        var error = await Should.ThrowAsync<ThriftTransportException>(() =>
            client.CallAsync(Sample.Echo, new Sample { Bytes = new byte[1000] }, null, Token));

        error.Problem.ShouldBe(TransportProblem.Closed);
        client.IsBroken.ShouldBeTrue();
    }

    [Fact]
    public async Task A_frame_that_stops_arriving_is_given_up()
    {
        await using var server = new EchoServer(new() { FrameTimeout = TimeSpan.FromMilliseconds(50) });
        using var raw = new System.Net.Sockets.TcpClient();
        await raw.ConnectAsync(server.Server.EndPoint, Token);

        await raw.GetStream().WriteAsync(new byte[] { 0, 0, 0, 100, 0x80, 0x01 }, Token);

        (await raw.GetStream().ReadAsync(new byte[1], Token)).ShouldBe(0);
    }

    [Theory]
    [InlineData("80010001000000046563686f0000000000")] // unframed binary
    [InlineData("82220004 6563686f 00")]               // unframed compact
    [InlineData("505249202a20485454502f322e30")]       // HTTP/2
    [InlineData("474554202f20485454502f312e31")]       // HTTP
    [InlineData("00000004 deadbeef")]
    public async Task Bytes_of_other_protocols_close_the_connection(string hex)
    {
        await using var server = new EchoServer();
        using var raw = new System.Net.Sockets.TcpClient();
        await raw.ConnectAsync(server.Server.EndPoint, Token);

        await raw.GetStream().WriteAsync(Convert.FromHexString(hex.Replace(" ", "")), Token);

        await Eventually.TrueAsync(() => server.Server.ConnectionCount == 0, "the server has hung up");
    }

    [Fact]
    public async Task A_compressed_call_is_refused_in_words()
    {
        await using var server = new EchoServer();
        using var raw = new System.Net.Sockets.TcpClient();
        await raw.ConnectAsync(server.Server.EndPoint, Token);

        await raw.GetStream().WriteAsync(Convert.FromHexString("00000010" + "0fff0000000000090001" + "02010100" + "789c"), Token);
        var length = (await FrameReader.ReadLengthAsync(raw.GetStream(), Token))!;
        var opened = MessageFrame.Open(await FrameReader.ReadBodyAsync(raw.GetStream(), length, 1000, Token),
            Thrift.Protocol.ThriftLimits.Client);

        opened.Format.HeaderSequenceId.ShouldBe(9u);
        opened.Reader.ReadMessageBegin().Type.ShouldBe(ThriftMessageType.Exception);
        ThriftApplicationException.Read(opened.Reader).Error.ShouldBe(ThriftApplicationError.InvalidTransform);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_named()
    {
        await using var server = new EchoServer();

        Should.Throw<NebulaKeepException>(() => ThriftServer.Start(server.Server.EndPoint, new ThriftHandlers(), new(),
            NullLogger.Instance))
            .Message.ShouldContain(server.Server.EndPoint.ToString());
    }

    ThriftServerOptions ServerOptions(bool tls) => new() { Tls = tls ? pki.Files.ServerTls() : null };

    Task<ThriftConnection> ConnectAsync(EchoServer server, ThriftWire wire, bool tls) =>
        ThriftConnection.ConnectAsync(server.Server.Address,
            new() { Wire = wire, Tls = tls ? pki.Files.ClientTls() : null, CallTimeout = TimeSpan.FromSeconds(30) }, Token);

    public sealed class Pki : IDisposable
    {
        public TestPki Files { get; } = new();

        public void Dispose() => Files.Dispose();
    }

    sealed record Nothing : Thrift.Protocol.IThriftStruct<Nothing>
    {
        public static Nothing Read(Thrift.Protocol.ThriftReader reader) => new();

        public void Write(Thrift.Protocol.ThriftWriter writer)
        {
            writer.WriteStructBegin();
            writer.WriteStructEnd();
        }
    }
}
