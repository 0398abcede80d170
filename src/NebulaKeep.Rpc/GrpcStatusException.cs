using NebulaKeep.Core;

namespace NebulaKeep.Rpc;

/// <summary>A call ended with a status other than OK. Handlers throw it to choose the code that the caller sees.</summary>
public sealed class GrpcStatusException(GrpcStatusCode code, string message, Exception? inner = null)
    : NebulaKeepException(message, inner)
{
    /// <summary>Why.</summary>
    public GrpcStatusCode Code { get; } = code;

    /// <inheritdoc/>
    public override bool IsTransient => Code is GrpcStatusCode.Unavailable or GrpcStatusCode.DeadlineExceeded;
}
