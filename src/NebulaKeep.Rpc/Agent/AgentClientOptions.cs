using NebulaKeep.Rpc.Client;

namespace NebulaKeep.Rpc.Agent;

/// <summary>Connection and time limits of an <see cref="AgentClient"/>.</summary>
public sealed record AgentClientOptions
{
    /// <summary>How to connect.</summary>
    public required GrpcChannelOptions Channel { get; init; }

    /// <summary>Limit for calls that look something up. 60 s.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Limit for calls that move or remove data. 30 min.</summary>
    public TimeSpan MoveTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A transfer that reports nothing for so long is given up: agents report at least every second. 2 min.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromMinutes(2);
}
