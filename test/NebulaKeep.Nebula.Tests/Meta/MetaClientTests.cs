using System.Net;
using System.Net.Sockets;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Tests.Support;
using NebulaKeep.Security;
using NebulaKeep.Testing;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.Nebula.Tests.Meta;

public sealed class MetaClientTests
{
    static readonly RetryOptions Quick = new() { FirstDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(20),
        RetryFor = TimeSpan.FromSeconds(10) };
    static readonly RetryOptions Impatient = Quick with { MaxDelay = TimeSpan.FromMilliseconds(200), RetryFor = TimeSpan.FromSeconds(1) };

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_version_is_checked_once_on_a_connection()
    {
        await using var metad = new FakeMetad();
        await using var client = Client(Quick, metad.Address);

        await client.ListSpacesAsync(Token);
        await client.ListSpacesAsync(Token);

        metad.Calls.ShouldBe([nameof(VerifyClientVersionResp), nameof(ListSpacesResp), nameof(ListSpacesResp)]);
        metad.Greeting.ShouldBe(new VerifyClientVersionReq { ClientVersion = "3.0.0" });
    }

    [Fact]
    public async Task A_refused_version_is_an_error_at_once()
    {
        await using var metad = new FakeMetad(version: "4.0.0");
        await using var client = Client(Quick, metad.Address);

        var error = await Should.ThrowAsync<NebulaErrorException>(() => client.ListSpacesAsync(Token));

        error.Code.ShouldBe(ErrorCode.E_CLIENT_SERVER_INCOMPATIBLE);
        error.Message.ShouldContain("Meta client handshakeKey(3.0.0) is not accepted.");
        metad.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_follower_that_names_the_leader_is_believed_even_if_the_leader_was_not_configured()
    {
        await using var leader = new FakeMetad();
        await using var follower = new FakeMetad();
        follower.Follow(leader.Address);
        await using var client = Client(Quick, follower.Address);

        (await client.ListSpacesAsync(Token)).ShouldHaveSingleItem().Name.ShouldBe("of " + leader.Address);
        await client.ListSpacesAsync(Token);

        follower.Calls.Count(c => c == nameof(ListSpacesResp)).ShouldBe(1, "the leader is remembered");
    }

    [Fact]
    public async Task The_leader_of_dropSnapshot_is_in_field_3_and_followed_too()
    {
        await using var leader = new FakeMetad();
        await using var follower = new FakeMetad();
        follower.Follow(leader.Address);
        await using var client = Client(Quick, follower.Address);

        await client.DropSnapshotAsync("B", Token);

        leader.Calls.ShouldContain(nameof(ExecResp));
    }

    [Fact]
    public async Task A_follower_that_knows_no_leader_makes_the_client_ask_the_others()
    {
        await using var first = new FakeMetad();
        await using var second = new FakeMetad();
        first.Follow(null);
        await using var client = Client(Quick, first.Address, second.Address);

        (await client.ListSpacesAsync(Token)).ShouldHaveSingleItem().Name.ShouldBe("of " + second.Address);
    }

    [Fact]
    public async Task An_election_is_waited_for()
    {
        await using var first = new FakeMetad();
        await using var second = new FakeMetad();
        first.Follow(null);
        second.Follow(null);
        await using var client = Client(Quick, first.Address, second.Address);

        var call = client.CreateBackupAsync([], Token);
        await Eventually.TrueAsync(() => first.Calls.Concat(second.Calls).Count(c => c == nameof(CreateBackupResp)) >= 4,
            "both were asked twice");
        second.CreateBackup = _ => Task.FromResult(new CreateBackupResp { Meta = new BackupMeta { BackupName = "elected" } });

        (await call).BackupName.ShouldBe("elected");
    }

    [Fact]
    public async Task Two_metads_that_point_at_each_other_end_in_an_error_that_names_both()
    {
        await using var first = new FakeMetad();
        await using var second = new FakeMetad();
        first.Follow(second.Address);
        second.Follow(first.Address);
        await using var client = Client(Impatient, first.Address);

        var error = await Should.ThrowAsync<NebulaUnavailableException>(() => client.ListSpacesAsync(Token));

        error.Failures.Keys.ShouldBe([first.Address, second.Address], ignoreOrder: true);
        error.IsTransient.ShouldBeTrue();
        first.Calls.Count.ShouldBeLessThan(60, "there are pauses between the rounds");
    }

    [Fact]
    public async Task A_dead_first_address_does_no_harm()
    {
        await using var metad = new FakeMetad();
        await using var client = Client(Quick, FreePort(), metad.Address);

        (await client.ListSpacesAsync(Token)).ShouldHaveSingleItem();
        (await client.CreateBackupAsync([], Token)).BackupName.ShouldBe("B");
    }

    [Fact]
    public async Task When_nobody_listens_the_error_names_every_address()
    {
        var (first, second) = (FreePort(), FreePort());
        await using var client = Client(Impatient, first, second);

        var error = await Should.ThrowAsync<NebulaUnavailableException>(() => client.ListClusterAsync(Token));

        error.Message.ShouldContain(first.ToString());
        error.Message.ShouldContain(second.ToString());
    }

    [Fact]
    public async Task A_lost_reply_to_a_read_is_asked_for_again()
    {
        await using var dying = new FakeMetad();
        await using var other = new FakeMetad();
        dying.ListSpaces = cancellationToken => Dying<ListSpacesResp>(dying, cancellationToken);
        await using var client = Client(Quick, dying.Address, other.Address);

        (await client.ListSpacesAsync(Token)).ShouldHaveSingleItem().Name.ShouldBe("of " + other.Address);
    }

    [Fact]
    public async Task A_lost_reply_to_createBackup_is_never_asked_for_again()
    {
        await using var dying = new FakeMetad();
        await using var other = new FakeMetad();
        dying.CreateBackup = cancellationToken => Dying<CreateBackupResp>(dying, cancellationToken);
        await using var client = Client(Quick, dying.Address, other.Address);

        var error = await Should.ThrowAsync<ThriftTransportException>(() => client.CreateBackupAsync([], Token));

        (error.Problem, error.WasSent).ShouldBe((TransportProblem.Closed, true));
        other.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_connection_that_went_stale_while_idle_does_not_cost_a_createBackup()
    {
        var metad = new FakeMetad(options: new() { IdleTimeout = TimeSpan.FromMilliseconds(700) });
        await using var closing = metad;
        await using var client = Client(Quick, metad.Address);
        await client.ListSpacesAsync(Token);
        await Eventually.TrueAsync(() => metad.Server.ConnectionCount == 0, "the server has dropped the idle connection");

        (await client.CreateBackupAsync([], Token)).BackupName.ShouldBe("B");
        (await client.ListSpacesAsync(Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_hanging_createBackup_runs_into_its_own_deadline_and_blocks_no_other_call()
    {
        await using var metad = new FakeMetad();
        metad.CreateBackup = Hanging<CreateBackupResp>;
        await using var client = new MetaClient(new() { Addresses = [metad.Address], Retry = Quick,
            CreateBackupTimeout = TimeSpan.FromMilliseconds(300) });

        var backup = client.CreateBackupAsync([], Token);
        (await client.ListSpacesAsync(Token)).ShouldHaveSingleItem();

        (await Should.ThrowAsync<ThriftTransportException>(backup)).Problem.ShouldBe(TransportProblem.Timeout);
    }

    [Fact]
    public async Task An_error_code_is_an_error_at_once()
    {
        await using var metad = new FakeMetad();
        metad.CreateBackup = _ => Task.FromResult(new CreateBackupResp { Code = ErrorCode.E_BACKUP_RUNNING_JOBS });
        await using var client = Client(Quick, metad.Address);

        var error = await Should.ThrowAsync<NebulaErrorException>(() => client.CreateBackupAsync(["a"], Token));

        (error.Code, error.Address, error.Call).ShouldBe((ErrorCode.E_BACKUP_RUNNING_JOBS, metad.Address, "createBackup"));
    }

    [Fact]
    public async Task A_leader_that_waits_for_its_lease_is_asked_again()
    {
        await using var metad = new FakeMetad();
        var good = metad.ListSpaces;
        metad.ListSpaces = _ =>
        {
            metad.ListSpaces = good;
            return Task.FromResult(new ListSpacesResp { Code = ErrorCode.E_LEADER_LEASE_FAILED });
        };
        await using var client = Client(Quick, metad.Address);

        (await client.ListSpacesAsync(Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_each_metad_answers_for_itself_is_asked_of_that_metad()
    {
        await using var leader = new FakeMetad();
        await using var follower = new FakeMetad();
        await using var client = Client(Quick, leader.Address);

        (await client.GetMetaDirInfoAsync(follower.Address, Token)).Root.ShouldBe(follower.Address.ToString());
        (await client.GetMetaDirInfoAsync(leader.Address, Token)).Root.ShouldBe(leader.Address.ToString());
    }

    [Fact]
    public async Task A_method_that_the_server_lacks_is_not_tried_again()
    {
        await using var metad = new FakeMetad();
        await using var client = Client(Quick, metad.Address);

        (await Should.ThrowAsync<ThriftApplicationException>(() =>
            client.ListZonesAsync(Token))).Error.ShouldBe(ThriftApplicationError.UnknownMethod);
    }

    [Fact]
    public async Task An_agent_names_itself_and_gets_its_services()
    {
        var agent = new HostAddress("127.0.0.1", 8888);
        await using var metad = new FakeMetad();
        await using var client = new MetaClient(new() { Addresses = [metad.Address], ClientAddress = agent });

        var services = await client.AgentHeartbeatAsync(agent, "0bbd267", null, Token);

        services.ShouldHaveSingleItem().Addr.ToAddress().ShouldBe(agent);
        metad.Greeting!.Host.ToAddress().ShouldBe(agent);
    }

    [Fact]
    public async Task Over_TLS_a_wrong_certificate_is_an_error_at_once()
    {
        using var pki = new TestPki();
        await using var metad = new FakeMetad(options: new() { Tls = pki.ServerTls() });
        await using var good = new MetaClient(new() { Addresses = [metad.Address], Connection = new() { Tls = pki.ClientTls() },
            Retry = Quick });
        await using var bad = new MetaClient(new() { Addresses = [metad.Address],
            Connection = new() { Tls = pki.ClientTls(CertificateFault.WrongCa) }, Retry = Quick });

        (await good.ListSpacesAsync(Token)).ShouldHaveSingleItem();
        (await Should.ThrowAsync<TlsFailureException>(() =>
            bad.ListSpacesAsync(Token))).Problem.ShouldBe(TlsProblem.ClientCertificateRefused);
    }

    [Fact]
    public async Task Many_calls_at_a_time_get_a_connection_each()
    {
        await using var metad = new FakeMetad();
        await using var client = Client(Quick, metad.Address);

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.ListSpacesAsync(Token)));

        answers.ShouldAllBe(spaces => spaces.Count == 1);
    }

    [Fact]
    public async Task Giving_up_ends_the_retries()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var client = Client(Quick, FreePort());

        var call = client.ListSpacesAsync(cancel.Token);
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
    }

    static MetaClient Client(RetryOptions retry, params HostAddress[] addresses) => new(new() { Addresses = addresses, Retry = retry });

    static async Task<T> Hanging<T>(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new InvalidOperationException("the wait has no end");
    }

    // The process dies with the call in hand: the connection is cut without a reply.
    static Task<T> Dying<T>(FakeMetad metad, CancellationToken cancellationToken)
    {
        _ = Task.Run(async () => await metad.DisposeAsync(), CancellationToken.None);
        return Hanging<T>(cancellationToken);
    }

    static HostAddress FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new HostAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
    }
}
