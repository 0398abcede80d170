using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Graph;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Server;

namespace NebulaKeep.DevCluster.Graph.Service;

/// <summary>The methods of GraphService (spec/graph-service.md §1).</summary>
static class GraphMethods
{
    public static ThriftHandlers Build(SessionBook sessions, QueryHandler queries, string clientWhiteList) => new ThriftHandlers()
        .On(GraphService.VerifyClientVersion, (r, _) => Task.FromResult(Verify(r.Version, clientWhiteList)))
        .On(GraphService.Authenticate, (r, context, token) => sessions.AuthenticateAsync(r.Username, context.Peer, token))
        .On(GraphService.Signout, async (r, token) =>
        {
            await sessions.SignoutAsync(r.SessionId, token);
            return default(ThriftNothing);
        })
        .On(GraphService.Execute, (r, token) => queries.ExecuteAsync(r.SessionId, r.Stmt, token))
        .On(GraphService.ExecuteWithParameter, (r, token) => queries.ExecuteAsync(r.SessionId, r.Stmt, token))
        .On(GraphService.ExecuteJson, async (r, token) =>
            new ExecuteJsonResult { Success = JsonResponse.Write(await queries.ExecuteAsync(r.SessionId, r.Stmt, token)) })
        .On(GraphService.ExecuteJsonWithParameter, async (r, token) =>
            new ExecuteJsonWithParameterResult { Success = JsonResponse.Write(await queries.ExecuteAsync(r.SessionId, r.Stmt, token)) });

    static VerifyClientVersionResp Verify(string version, string whiteList) => whiteList.Split(':').Contains(version, StringComparer.Ordinal)
        ? new VerifyClientVersionResp { ErrorCode = ErrorCode.SUCCEEDED }
        : new VerifyClientVersionResp
        {
            ErrorCode = ErrorCode.E_CLIENT_SERVER_INCOMPATIBLE,
            ErrorMsg = $"Graph client handshakeKey({version}) is not accepted.",
        };
}
