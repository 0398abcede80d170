using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Graph;

/// <summary>A statement that fails; code and message are what the client sees (spec/graph-service.md §6).</summary>
sealed class StatementException(ErrorCode code, string message) : NebulaKeepException(message)
{
    public ErrorCode Code { get; } = code;

    public static StatementException Semantic(string reason) => new(ErrorCode.E_SEMANTIC_ERROR, "SemanticError: " + reason);

    public static StatementException Execution(string reason) => new(ErrorCode.E_EXECUTION_ERROR, reason);

    public static StatementException NoSpaceChosen() => Semantic("Space was not chosen.");
}
