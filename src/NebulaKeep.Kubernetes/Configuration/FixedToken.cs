using NebulaKeep.Core;

namespace NebulaKeep.Kubernetes.Configuration;

/// <summary>A token that never changes.</summary>
sealed class FixedToken(Secret token) : ITokenSource
{
    public ValueTask<Secret> ReadAsync(bool fresh, CancellationToken cancellation) => ValueTask.FromResult(token);
}
