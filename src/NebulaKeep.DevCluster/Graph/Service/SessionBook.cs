using System.Collections.Concurrent;
using System.Net;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Graph;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Graph.Service;

/// <summary>Sessions known here. metad keeps all of them, so that each is valid at every graphd (spec/graph-service.md §4).</summary>
sealed class SessionBook(GraphMeta meta, Func<HostAddress> self)
{
    readonly ConcurrentDictionary<long, GraphSession> open = new();

    /// <summary>Logs in; passwords are not looked at, but the user must exist.</summary>
    public async Task<AuthResponse> AuthenticateAsync(string user, string peer, CancellationToken cancellationToken)
    {
        var request = new CreateSessionReq { User = user, GraphAddr = self().ToWire(), ClientIp = IPEndPoint.TryParse(peer, out var from) ? from.Address.ToString() : "" };
        var response = await meta.TryAsync(MetaService.CreateSession, request, cancellationToken);
        if (response.Code != ErrorCode.SUCCEEDED)
            return new AuthResponse { ErrorCode = ErrorCode.E_SESSION_INVALID, ErrorMsg = "Create session failed: " + StatusTexts.OfMeta(response.Code) };
        open[response.Session.SessionId] = new GraphSession(response.Session.SessionId, "");
        return new AuthResponse { ErrorCode = ErrorCode.SUCCEEDED, SessionId = response.Session.SessionId, TimeZoneOffsetSeconds = 0, TimeZoneName = "UTC" };
    }

    /// <exception cref="StatementException">E_SESSION_INVALID: no such session.</exception>
    public async Task<GraphSession> FindAsync(long id, CancellationToken cancellationToken)
    {
        if (open.TryGetValue(id, out var session)) return session;
        var response = await meta.TryAsync(MetaService.GetSession, new GetSessionReq { SessionId = id }, cancellationToken);
        if (response.Code != ErrorCode.SUCCEEDED)
            throw new StatementException(ErrorCode.E_SESSION_INVALID, $"Get sessionId[{id}] failed: Session `{id}' not found: {StatusTexts.OfMeta(response.Code)}");
        return open.GetOrAdd(id, new GraphSession(id, response.Session.SpaceName));
    }

    /// <summary>Tells metad the chosen space, for other graphds and for a restart of this one.</summary>
    public async Task ShareSpaceAsync(GraphSession session, CancellationToken cancellationToken)
    {
        var known = await meta.TryAsync(MetaService.GetSession, new GetSessionReq { SessionId = session.Id }, cancellationToken);
        if (known.Code != ErrorCode.SUCCEEDED) return;
        var update = new UpdateSessionsReq { Sessions = [known.Session with { SpaceName = session.Space }] };
        await meta.TryAsync(MetaService.UpdateSessions, update, cancellationToken);
    }

    public async Task SignoutAsync(long id, CancellationToken cancellationToken)
    {
        if (open.TryRemove(id, out _)) await meta.TryAsync(MetaService.RemoveSession, new RemoveSessionReq { SessionIds = [id] }, cancellationToken);
    }
}
