namespace NebulaKeep.Thrift.Transport;

/// <summary>Why a connection or a call on it failed below the level of Thrift messages.</summary>
public enum TransportProblem
{
    /// <summary>Nobody listens on that port.</summary>
    Refused,

    /// <summary>No route to the host.</summary>
    Unreachable,

    /// <summary>The host name has no address.</summary>
    UnknownHost,

    /// <summary>The deadline passed.</summary>
    Timeout,

    /// <summary>The peer closed or reset the connection.</summary>
    Closed,

    /// <summary>We spoke plaintext and the peer answered with a TLS alert.</summary>
    TlsRequired,

    /// <summary>The peer's bytes are no frame or no message.</summary>
    Malformed,

    /// <summary>An earlier call on this connection failed, so it cannot be used any more.</summary>
    Broken,
}
