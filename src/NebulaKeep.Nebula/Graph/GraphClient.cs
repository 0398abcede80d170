using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.Nebula.Graph;

/// <summary>
/// One session at one graphd (spec/graph-service.md §4). Nothing is retried: a statement may write. Set
/// <see cref="ThriftClientOptions.Wire"/> to HeaderCompact to speak as official clients do.
/// </summary>
public sealed class GraphClient : IAsyncDisposable
{
    readonly ThriftConnection connection;
    readonly long sessionId;

    GraphClient(ThriftConnection connection, long sessionId) => (this.connection, this.sessionId) = (connection, sessionId);

    /// <summary>Connects, checks the version and logs in.</summary>
    /// <param name="address">The graphd.</param>
    /// <param name="user">User name; must exist also where passwords are not looked at.</param>
    /// <param name="password">Sent as it is, so use TLS.</param>
    /// <param name="options">Connection.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NebulaErrorException">The version, the user or the password is refused.</exception>
    /// <exception cref="ThriftTransportException">No connection.</exception>
    public static async Task<GraphClient> ConnectAsync(
        HostAddress address, string user, Secret password, ThriftClientOptions options, CancellationToken cancellationToken)
    {
        var opened = await ThriftConnection.ConnectAsync(address, options, cancellationToken);
        try
        {
            var version = await opened.CallAsync(GraphService.VerifyClientVersion, VerifyClientVersionReq.Empty, null, cancellationToken);
            Check(version.ErrorCode, "verifyClientVersion", address, version.ErrorMsg);
            var login = new AuthenticateArgs { Username = user, Password = password.Reveal() };
            var answer = await opened.CallAsync(GraphService.Authenticate, login, null, cancellationToken);
            Check(answer.ErrorCode, $"authenticate {user}", address, answer.ErrorMsg);
            return new GraphClient(opened, answer.SessionId ?? 0);
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a statement. The current space belongs to the session.</summary>
    /// <returns>Columns and rows; null for statements that answer none, such as INSERT or USE.</returns>
    /// <exception cref="NebulaErrorException">The statement failed; the message is graphd's own.</exception>
    public async Task<DataSet?> ExecuteAsync(string statement, CancellationToken cancellationToken)
    {
        var args = new ExecuteArgs { SessionId = sessionId, Stmt = statement };
        var response = await connection.CallAsync(GraphService.Execute, args, null, cancellationToken);
        Check(response.ErrorCode, "execute", connection.Address, response.ErrorMsg);
        return response.Data;
    }

    /// <summary>Ends the session at the server; the connection is closed by <see cref="DisposeAsync"/>.</summary>
    public Task SignoutAsync(CancellationToken cancellationToken) =>
        connection.CallAsync(GraphService.Signout, new SignoutArgs { SessionId = sessionId }, null, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    static void Check(ErrorCode code, string call, HostAddress address, string? text)
    {
        if (code != ErrorCode.SUCCEEDED) throw new NebulaErrorException(code, call, address, text);
    }
}
