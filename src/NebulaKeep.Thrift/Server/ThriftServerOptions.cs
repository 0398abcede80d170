using NebulaKeep.Security;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Server;

/// <summary>Limits and TLS of a server.</summary>
public sealed record ThriftServerOptions
{
    /// <summary>TLS, or null for plaintext. With TLS a plaintext client is refused, and the other way round.</summary>
    public ServerTls? Tls { get; init; }

    /// <summary>What requests may make us hold.</summary>
    public ThriftLimits Limits { get; init; } = ThriftLimits.Server;

    /// <summary>Connections at a time; further ones are closed at once.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>How long a begun frame may take to arrive, and a reply to be taken.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection may be idle; infinite as metad and storaged have it (spec/meta-thrift.md §4).</summary>
    public TimeSpan IdleTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long running calls may go on after a stop was asked for.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Clock of the limits.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
