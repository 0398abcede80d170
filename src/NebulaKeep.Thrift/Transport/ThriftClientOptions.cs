using NebulaKeep.Security;
using NebulaKeep.Thrift.Frames;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Transport;

/// <summary>How a client connects and how long it waits.</summary>
public sealed record ThriftClientOptions
{
    /// <summary>TLS, or null for plaintext.</summary>
    public ClientTls? Tls { get; init; }

    /// <summary>Framing and protocol of the calls.</summary>
    public ThriftWire Wire { get; init; } = ThriftWire.FramedBinary;

    /// <summary>How long looking up the name and the TCP connection may take together; TLS has a limit of its own.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a call may take from its first byte to the reply's last, unless the call says otherwise.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>What replies may make us hold.</summary>
    public ThriftLimits Limits { get; init; } = ThriftLimits.Client;

    /// <summary>Clock of the deadlines.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
