namespace NebulaKeep.Security;

/// <summary>Why a TLS connection could not be made, as far as this side can tell.</summary>
public enum TlsProblem
{
    /// <summary>None of the kinds below.</summary>
    Other,

    /// <summary>The peer's certificate does not chain to the trusted CA (or the peer says so of ours).</summary>
    UntrustedCa,

    /// <summary>The peer's certificate, or one of its chain, has expired.</summary>
    Expired,

    /// <summary>The peer's certificate, or one of its chain, is not valid yet.</summary>
    NotYetValid,

    /// <summary>The server's certificate does not carry the wanted name.</summary>
    WrongName,

    /// <summary>The peer's certificate may not be used for this side (extended key usage).</summary>
    WrongUsage,

    /// <summary>The server wants a client certificate and got none.</summary>
    NoClientCertificate,

    /// <summary>The server does not accept the client's certificate.</summary>
    ClientCertificateRefused,

    /// <summary>The client does not accept the server's certificate.</summary>
    ServerCertificateRefused,

    /// <summary>The client's certificate is good, but its name is not on the server's list.</summary>
    NameNotAllowed,

    /// <summary>The peer speaks no TLS on this connection.</summary>
    PeerSpeaksPlaintext,

    /// <summary>No TLS version or cipher suite in common.</summary>
    ProtocolMismatch,

    /// <summary>The connection was cut or the handshake took too long; trying again may help.</summary>
    Interrupted,
}
