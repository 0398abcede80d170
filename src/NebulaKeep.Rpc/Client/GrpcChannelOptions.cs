using NebulaKeep.Security;

namespace NebulaKeep.Rpc.Client;

/// <summary>How a channel connects and what it accepts.</summary>
public sealed record GrpcChannelOptions
{
    /// <summary>
    /// Secures each connection with the newest certificates; open it with the settings of <see cref="TlsSettings"/>.
    /// Null: plaintext, which only upstream's agents speak.
    /// </summary>
    public ClientTls? Tls { get; init; }

    /// <summary>TLS settings for gRPC: HTTP/2 is agreed upon in the handshake.</summary>
    public static ClientTlsSettings TlsSettings { get; } = new() { ApplicationProtocols = [System.Net.Security.SslApplicationProtocol.Http2] };

    /// <summary>How long a connection may take, TLS included. 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence after which the peer is pinged, and the wait for its answer: a dead peer is noticed within twice this. 10 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest message accepted, in bytes. 64 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 64 << 20;

    /// <summary>Deadlines are measured by it.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
