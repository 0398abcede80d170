using System.Text;
using Microsoft.Extensions.Logging;
using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Graph.Execution;
using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.DevCluster.Graph.Values;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Graph;

namespace NebulaKeep.DevCluster.Graph.Service;

/// <summary>Runs the statements of a text; the response is that of the last one, or of the first that fails (spec/graph-service.md §6, §7).</summary>
sealed partial class QueryHandler(SessionBook sessions, GraphMeta meta, StorageRouter storage, TimeProvider clock, ILogger logger)
{
    const int MaxQueryBytes = 4 << 20;
    readonly Evaluator evaluator = new(clock);

    public async Task<ExecutionResponse> ExecuteAsync(long sessionId, string text, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        if (sessionId == 0) return new ExecutionResponse { ErrorCode = ErrorCode.E_SESSION_INVALID, LatencyInUs = 0, ErrorMsg = "Invalid session id" };
        GraphSession? session = null;
        try
        {
            session = await sessions.FindAsync(sessionId, cancellationToken);
            var result = await RunAsync(session, text, cancellationToken);
            return new ExecutionResponse { ErrorCode = ErrorCode.SUCCEEDED, LatencyInUs = Since(start), Data = result, SpaceName = session.Space };
        }
        catch (StatementException e)
        {
            LogFailed(logger, sessionId, e.Message);
            return new ExecutionResponse { ErrorCode = e.Code, LatencyInUs = Since(start), SpaceName = session?.Space, ErrorMsg = e.Message };
        }
    }

    async Task<DataSet?> RunAsync(GraphSession session, string text, CancellationToken cancellationToken)
    {
        var statements = Parse(text);
        var scope = new ExecutionScope(session, meta, storage, evaluator);
        var before = session.Space;
        DataSet? result = null;
        foreach (var statement in statements) result = await StatementExecutor.RunAsync(scope, statement, cancellationToken);
        if (session.Space != before) await sessions.ShareSpaceAsync(session, cancellationToken);
        return result;
    }

    static IReadOnlyList<Statement> Parse(string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        if (size > MaxQueryBytes) throw new StatementException(ErrorCode.E_SYNTAX_ERROR, $"SyntaxError: Query is too large ({size} > {MaxQueryBytes}).");
        try
        {
            var statements = NgqlParser.Parse(text);
            return statements.Count > 0 ? statements : throw new StatementException(ErrorCode.E_STATEMENT_EMPTY, "StatementEmpty: ");
        }
        catch (NgqlSyntaxException e)
        {
            throw new StatementException(ErrorCode.E_SYNTAX_ERROR, e.Message);
        }
    }

    long Since(long start) => (long)clock.GetElapsedTime(start).TotalMicroseconds;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session}: {Reason}")]
    static partial void LogFailed(ILogger logger, long session, string reason);
}
