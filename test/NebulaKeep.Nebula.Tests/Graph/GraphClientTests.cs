using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Graph;
using NebulaKeep.Thrift.Frames;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Server;

namespace NebulaKeep.Nebula.Tests.Graph;

public sealed class GraphClientTests
{
    const long Session = 1_700_000_000_000_000;
    readonly TaskCompletionSource<long> signedOut = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ThriftWire.FramedBinary)]
    [InlineData(ThriftWire.HeaderCompact)]
    public async Task A_session_logs_in_executes_and_signs_out(ThriftWire wire)
    {
        await using var server = Graphd();
        await using var client = await GraphClient.ConnectAsync(server.Address, "root", new Secret("nebula"), new() { Wire = wire }, Token);

        var rows = await client.ExecuteAsync("YIELD 1", Token);
        (await client.ExecuteAsync("USE x", Token)).ShouldBeNull();
        await client.SignoutAsync(Token);

        rows.ShouldBe(new DataSet { ColumnNames = ["1"], Rows = [new Row { Values = [Value.Of(1)] }] });
        (await signedOut.Task.WaitAsync(TimeSpan.FromSeconds(10), Token)).ShouldBe(Session);
    }

    [Fact]
    public async Task A_failed_statement_shows_the_servers_own_text()
    {
        await using var server = Graphd();
        await using var client = await GraphClient.ConnectAsync(server.Address, "root", new Secret("nebula"), new(), Token);

        var error = await Should.ThrowAsync<NebulaErrorException>(() => client.ExecuteAsync("INSERT", Token));

        error.Code.ShouldBe(ErrorCode.E_EXECUTION_ERROR);
        error.Message.ShouldEndWith("Storage Error: Write is blocked when creating snapshot. Please retry later.");
    }

    [Fact]
    public async Task A_wrong_password_is_an_error_without_the_password()
    {
        await using var server = Graphd();

        var error = await Should.ThrowAsync<NebulaErrorException>(() =>
            GraphClient.ConnectAsync(server.Address, "root", new Secret("sesame"), new(), Token));

        error.Code.ShouldBe(ErrorCode.E_BAD_USERNAME_PASSWORD);
        error.ToString().ShouldNotContain("sesame");
        new AuthenticateArgs { Username = "root", Password = "sesame" }.ToString().ShouldNotContain("sesame");
    }

    ThriftServer Graphd()
    {
        var handlers = new ThriftHandlers()
            .On(GraphService.VerifyClientVersion, (_, _) =>
                Task.FromResult(new VerifyClientVersionResp { ErrorCode = ErrorCode.SUCCEEDED }))
            .On(GraphService.Authenticate, (args, _) => Task.FromResult(Login(args)))
            .On(GraphService.Execute, (args, _) => Task.FromResult(Execute(args)))
            .On(GraphService.Signout, (args, _) =>
            {
                signedOut.TrySetResult(args.SessionId);
                return Task.FromResult(default(ThriftNothing));
            });
        return ThriftServer.Start(new IPEndPoint(IPAddress.Loopback, 0), handlers, new(), NullLogger.Instance);
    }

    static AuthResponse Login(AuthenticateArgs args) => args.Password == "nebula"
        ? new AuthResponse { ErrorCode = ErrorCode.SUCCEEDED, SessionId = Session, TimeZoneName = "UTC", TimeZoneOffsetSeconds = 0 }
        : new AuthResponse { ErrorCode = ErrorCode.E_BAD_USERNAME_PASSWORD, ErrorMsg = "Invalid password" };

    static ExecutionResponse Execute(ExecuteArgs args)
    {
        args.SessionId.ShouldBe(Session);
        var response = new ExecutionResponse { ErrorCode = ErrorCode.SUCCEEDED, LatencyInUs = 1, SpaceName = "" };
        return args.Stmt switch
        {
            "YIELD 1" => response with { Data = new DataSet { ColumnNames = ["1"], Rows = [new Row { Values = [Value.Of(1)] }] } },
            "INSERT" => response with { ErrorCode = ErrorCode.E_EXECUTION_ERROR,
                ErrorMsg = "Storage Error: Write is blocked when creating snapshot. Please retry later." },
            _ => response,
        };
    }
}
