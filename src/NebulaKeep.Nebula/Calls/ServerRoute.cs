using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.Nebula.Calls;

/// <summary>When the next attempt is made.</summary>
enum RouteStep
{
    /// <summary>After a pause.</summary>
    AfterPause,

    /// <summary>At once: the server told where to go.</summary>
    AtOnce,
}

/// <summary>Which server to ask next.</summary>
interface IServerRoute<TResponse>
{
    /// <summary>The server for the next attempt.</summary>
    HostAddress Next { get; }

    /// <summary>The server answered with an error; null if no other attempt can help.</summary>
    RouteStep? Refused(TResponse response, ErrorCode code);

    /// <summary>The server could not be reached.</summary>
    void Failed();
}

/// <summary>The one server that can answer.</summary>
sealed class FixedServer<TResponse>(HostAddress address) : IServerRoute<TResponse>
{
    public HostAddress Next => address;

    public RouteStep? Refused(TResponse response, ErrorCode code) => null;

    public void Failed() { }
}
