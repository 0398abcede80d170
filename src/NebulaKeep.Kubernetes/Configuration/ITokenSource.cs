using NebulaKeep.Core;

namespace NebulaKeep.Kubernetes.Configuration;

/// <summary>Gives the bearer token to send.</summary>
public interface ITokenSource
{
    /// <summary>The token as it is now; with <paramref name="fresh"/> one that was remembered does not count.</summary>
    /// <exception cref="KubeConfigException">There is no token.</exception>
    ValueTask<Secret> ReadAsync(bool fresh, CancellationToken cancellation);
}
