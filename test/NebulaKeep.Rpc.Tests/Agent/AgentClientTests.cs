using System.Net;
using System.Net.Sockets;
using NebulaKeep.Core;
using NebulaKeep.Rpc.Agent;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Rpc.Client;
using NebulaKeep.Rpc.Server;
using NebulaKeep.Rpc.Services;
using NebulaKeep.Testing;

namespace NebulaKeep.Rpc.Tests.Agent;

public sealed class AgentClientTests(TestPkiFixture fixture) : IClassFixture<TestPkiFixture>
{
    [Theory]
    [InlineData(GrpcStatusCode.PermissionDenied, AgentFailure.Refused)]
    [InlineData(GrpcStatusCode.NotFound, AgentFailure.NotFound)]
    [InlineData(GrpcStatusCode.FailedPrecondition, AgentFailure.NotNow)]
    [InlineData(GrpcStatusCode.DataLoss, AgentFailure.Corrupt)]
    [InlineData(GrpcStatusCode.ResourceExhausted, AgentFailure.Full)]
    [InlineData(GrpcStatusCode.Unknown, AgentFailure.Failed)]
    public async Task A_status_becomes_a_failure_that_names_agent_and_call(GrpcStatusCode code, AgentFailure expected)
    {
        await using var server = await DescribingAsync(() => throw new GrpcStatusException(code, "no such luck"));
        var failure = await FailureOf(server, CertificateFault.None);
        failure.Failure.ShouldBe(expected);
        failure.Message.ShouldStartWith($"agent {server.Address}: Describe: no such luck");
    }

    [Theory]
    [InlineData(CertificateFault.Missing)]
    [InlineData(CertificateFault.WrongCa)]
    [InlineData(CertificateFault.Expired)]
    [InlineData(CertificateFault.NotYetValid)]
    [InlineData(CertificateFault.WrongUsage)]
    public async Task An_agent_refuses_a_client_with_such_a_certificate_and_the_failure_says_so(CertificateFault fault)
    {
        var reached = false;
        await using var server = await DescribingAsync(() => { reached = true; return new DescribeResponse(); });
        var failure = await FailureOf(server, fault);
        failure.Failure.ShouldBe(AgentFailure.Untrusted);
        failure.IsTransient.ShouldBeFalse();
        reached.ShouldBeFalse();
    }

    [Theory]
    [InlineData(CertificateFault.WrongCa)]
    [InlineData(CertificateFault.Expired)]
    [InlineData(CertificateFault.NotYetValid)]
    [InlineData(CertificateFault.WrongName)]
    [InlineData(CertificateFault.WrongUsage)]
    public async Task A_client_refuses_an_agent_with_such_a_certificate(CertificateFault fault)
    {
        await using var server = await DescribingAsync(() => new DescribeResponse(), fault);
        (await FailureOf(server, CertificateFault.None)).Failure.ShouldBe(AgentFailure.Untrusted);
    }

    [Fact]
    public async Task The_handler_learns_the_name_of_the_client()
    {
        RpcCall? seen = null;
        await using var server = await RunningServer.StartAsync(
            router => router.Unary(BackupAgentMethods.Describe, RpcAccess.Authenticated, (_, call, _) => { seen = call; return Task.FromResult(new DescribeResponse()); }),
            fixture.Pki.ServerTls());
        await using var client = Client(server.Address, CertificateFault.None);
        await client.DescribeAsync(default);
        seen.ShouldNotBeNull().PeerName.ShouldBe("client");
    }

    [Fact]
    public async Task A_port_that_is_closed_is_unreachable_and_transient()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new HostAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        listener.Stop();
        await using var client = Client(address, CertificateFault.None);
        var failure = await Should.ThrowAsync<AgentException>(() => client.DescribeAsync(default));
        (failure.Failure, failure.IsTransient).ShouldBe((AgentFailure.Unreachable, true));
    }

    [Fact]
    public async Task An_agent_that_went_silent_is_noticed_by_pings_although_the_call_has_no_deadline()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new HostAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        await using var client = new AgentClient(address, new AgentClientOptions { Channel = new GrpcChannelOptions { KeepAlive = TimeSpan.FromSeconds(1) } });
        var call = DrainAsync(client.UploadAsync(new UploadRequest(), default));
        using var silent = await listener.AcceptTcpClientAsync();
        var failure = await Should.ThrowAsync<AgentException>(() => call.WaitAsync(TimeSpan.FromSeconds(15)));
        failure.Failure.ShouldBe(AgentFailure.Unreachable);
    }

    [Fact]
    public async Task A_transfer_that_reports_nothing_is_given_up()
    {
        var clock = new FakeTimeProvider();
        await using var server = await UploadingAsync(_ => Never());
        await using var client = Client(server.Address, CertificateFault.None, clock);
        var call = DrainAsync(client.UploadAsync(new UploadRequest(), default));
        await Eventually.TrueAsync(() => clock.PendingTimers > 0, "the client waits");
        clock.Advance(TimeSpan.FromMinutes(3));
        (await Should.ThrowAsync<AgentException>(() => call)).Failure.ShouldBe(AgentFailure.TimedOut);
    }

    [Fact]
    public async Task A_transfer_that_ends_without_a_summary_has_failed()
    {
        await using var server = await UploadingAsync(_ => Events(new UploadEvent { Progress = new Progress() }));
        await using var client = Client(server.Address, CertificateFault.None);
        var failure = await Should.ThrowAsync<AgentException>(() => DrainAsync(client.UploadAsync(new UploadRequest(), default)));
        failure.Message.ShouldContain("without a summary");
    }

    [Fact]
    public async Task A_renewed_client_certificate_is_used_by_the_next_connection()
    {
        await using var server = await DescribingAsync(() => new DescribeResponse());
        var files = fixture.Pki.Issue("renewed", new("first", Security.Issuing.CertificateUsage.Client, ["first"], Security.Issuing.Validity.From(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1))));
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var tls = Security.ClientTls.Open(files, GrpcChannelOptions.TlsSettings, clock, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await using var first = new AgentClient(server.Address, Options(tls));
        await first.DescribeAsync(default);
        File.WriteAllText(files.CertPath!, File.ReadAllText(fixture.Pki.Client(CertificateFault.WrongCa).CertPath!));
        File.WriteAllText(files.KeyPath!, File.ReadAllText(fixture.Pki.Client(CertificateFault.WrongCa).KeyPath!));
        clock.Advance(TimeSpan.FromSeconds(5));
        await first.DescribeAsync(default);
        await using var second = new AgentClient(server.Address, Options(tls));
        (await Should.ThrowAsync<AgentException>(() => second.DescribeAsync(default))).Failure.ShouldBe(AgentFailure.Untrusted);
    }

    Task<RunningServer> DescribingAsync(Func<DescribeResponse> answer, CertificateFault fault = CertificateFault.None) =>
        RunningServer.StartAsync(router => router.Unary(BackupAgentMethods.Describe, RpcAccess.Authenticated, (_, _, _) => Task.FromResult(answer())), fixture.Pki.ServerTls(fault));

    Task<RunningServer> UploadingAsync(Func<UploadRequest, IAsyncEnumerable<UploadEvent>> answer) =>
        RunningServer.StartAsync(router => router.Stream(BackupAgentMethods.Upload, RpcAccess.Authenticated, (request, _, _) => answer(request)), fixture.Pki.ServerTls());

    async Task<AgentException> FailureOf(RunningServer server, CertificateFault fault)
    {
        await using var client = Client(server.Address, fault);
        return await Should.ThrowAsync<AgentException>(() => client.DescribeAsync(default));
    }

    AgentClient Client(HostAddress address, CertificateFault fault, TimeProvider? clock = null) =>
        new(address, Options(fixture.Pki.ClientTls(fault, GrpcChannelOptions.TlsSettings), clock));

    static AgentClientOptions Options(Security.ClientTls tls, TimeProvider? clock = null) =>
        new() { Channel = new GrpcChannelOptions { Tls = tls, Clock = clock ?? TimeProvider.System } };

    static async Task DrainAsync<T>(IAsyncEnumerable<T> events)
    {
        await foreach (var _ in events) { }
    }

    static async IAsyncEnumerable<UploadEvent> Events(params UploadEvent[] events)
    {
        foreach (var e in events) yield return e;
        await Task.CompletedTask;
    }

    static async IAsyncEnumerable<UploadEvent> Never([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token = default)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, token);
        yield break;
    }
}
