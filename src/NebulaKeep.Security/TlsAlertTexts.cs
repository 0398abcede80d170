namespace NebulaKeep.Security;

/// <summary>
/// Parts of OpenSSL's and SslStream's messages and what they mean. An alert about a certificate comes from the peer and is
/// about the own certificate, so its meaning depends on the side. Order matters: the first match wins.
/// </summary>
static class TlsAlertTexts
{
    static readonly (string Text, TlsProblem OnClient, TlsProblem OnServer)[] Known =
    [
        ("certificate required", TlsProblem.NoClientCertificate, TlsProblem.NoClientCertificate),
        ("peer did not return a certificate", TlsProblem.NoClientCertificate, TlsProblem.NoClientCertificate),
        ("alert unknown ca", TlsProblem.ClientCertificateRefused, TlsProblem.UntrustedCa),
        ("alert certificate expired", TlsProblem.ClientCertificateRefused, TlsProblem.Expired),
        ("alert bad certificate", TlsProblem.ClientCertificateRefused, TlsProblem.ServerCertificateRefused),
        ("alert certificate unknown", TlsProblem.ClientCertificateRefused, TlsProblem.ServerCertificateRefused),
        ("alert certificate revoked", TlsProblem.ClientCertificateRefused, TlsProblem.ServerCertificateRefused),
        ("alert unsupported certificate", TlsProblem.ClientCertificateRefused, TlsProblem.ServerCertificateRefused),
        ("alert access denied", TlsProblem.ClientCertificateRefused, TlsProblem.ServerCertificateRefused),
        ("alert decrypt error", TlsProblem.ClientCertificateRefused, TlsProblem.ServerCertificateRefused),
        ("alert protocol version", TlsProblem.ProtocolMismatch, TlsProblem.ProtocolMismatch),
        ("unsupported protocol", TlsProblem.ProtocolMismatch, TlsProblem.ProtocolMismatch),
        ("no protocols available", TlsProblem.ProtocolMismatch, TlsProblem.ProtocolMismatch),
        ("no shared cipher", TlsProblem.ProtocolMismatch, TlsProblem.ProtocolMismatch),
        ("alert handshake failure", TlsProblem.ProtocolMismatch, TlsProblem.ProtocolMismatch),
        ("alert unexpected message", TlsProblem.PeerSpeaksPlaintext, TlsProblem.PeerSpeaksPlaintext),
        ("wrong version number", TlsProblem.PeerSpeaksPlaintext, TlsProblem.PeerSpeaksPlaintext),
        ("http request", TlsProblem.PeerSpeaksPlaintext, TlsProblem.PeerSpeaksPlaintext),
        ("packet length too long", TlsProblem.PeerSpeaksPlaintext, TlsProblem.PeerSpeaksPlaintext),
        ("Cannot determine the frame size", TlsProblem.PeerSpeaksPlaintext, TlsProblem.PeerSpeaksPlaintext),
    ];

    /// <summary>Null for a text that says nothing about TLS.</summary>
    public static TlsProblem? Find(string text, TlsSide side)
    {
        foreach (var (part, onClient, onServer) in Known)
            if (text.Contains(part, StringComparison.OrdinalIgnoreCase)) return side == TlsSide.Client ? onClient : onServer;
        return null;
    }
}
