using NebulaKeep.Core;
using NebulaKeep.Rpc;

namespace NebulaKeep.Agent;

/// <summary>A call could not be carried out; the message names the file, directory or daemon.</summary>
sealed class AgentFailureException(GrpcStatusCode code, string message, Exception? inner = null) : NebulaKeepException(message, inner)
{
    /// <summary>What the caller sees of it besides the message.</summary>
    public GrpcStatusCode Code { get; } = code;
}
