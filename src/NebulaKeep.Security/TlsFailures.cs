using NebulaKeep.Core;

namespace NebulaKeep.Security;

/// <summary>From the texts of SslStream and OpenSSL to typed failures: their exceptions carry no alert number.</summary>
public static class TlsFailures
{
    /// <summary>
    /// For a client whose handshake went well and whose first read or write then failed: a TLS 1.3 server refuses a client
    /// certificate by an alert after the handshake. Null if the exception has nothing to do with TLS.
    /// </summary>
    public static TlsFailureException? Classify(Exception exception, HostAddress peer)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is TlsFailureException known) return known;
            if (TlsAlertTexts.Find(e.Message, TlsSide.Client) is { } problem) return Make(problem, exception, peer.ToString(), TlsSide.Client);
        }
        return null;
    }

    /// <summary>
    /// Why the server refused a connection of <see cref="ClientTls.AuthenticateAsync"/> after the handshake, as far as its reads and
    /// writes have found out; null where it did not. For protocols above that replace what the stream throws by words of their own.
    /// </summary>
    public static TlsFailureException? RefusalOf(Stream connection) => (connection as ClientTlsStream)?.Refused;

    /// <summary>For a server that asked for a certificate and closed before it sent anything: not proof, but hardly anything else.</summary>
    internal static TlsFailureException HungUp(TlsProblem problem, HostAddress peer, Exception? cause) =>
        new(problem, peer.ToString(), $"the server closed the connection right after the handshake; most likely {Advice(problem, TlsSide.Client)}", cause);

    /// <summary>The failure of a handshake, from everything known about it.</summary>
    internal static TlsFailureException Explain(Exception exception, string peer, TlsSide side, PeerVerdict verdict)
    {
        for (var e = exception; e is not null; e = e.InnerException)
            if (TlsAlertTexts.Find(e.Message, side) is { } problem) return Make(Corrected(problem, verdict), exception, peer, side);
        if (exception is not IOException) return Make(TlsProblem.Other, exception, peer, side);
        // A server that speaks TLS says why it hangs up; one that does not takes the ClientHello for garbage and closes.
        return Make(side == TlsSide.Client && !verdict.Reached ? TlsProblem.PeerSpeaksPlaintext : TlsProblem.Interrupted, exception, peer, side);
    }

    /// <summary>In TLS 1.2 OpenSSL says just "handshake failure" for a missing certificate; version and suite are agreed on before it asks for one.</summary>
    static TlsProblem Corrected(TlsProblem problem, PeerVerdict verdict) =>
        problem == TlsProblem.ProtocolMismatch && verdict.CertificateWanted ? TlsProblem.NoClientCertificate : problem;

    static TlsFailureException Make(TlsProblem problem, Exception exception, string peer, TlsSide side) =>
        new(problem, peer, Advice(problem, side) ?? Innermost(exception).Message, exception);

    static string? Advice(TlsProblem problem, TlsSide side) => (problem, side) switch
    {
        (TlsProblem.NoClientCertificate, _) => "the server wants a client certificate; name one with --cert_path and --key_path",
        (TlsProblem.ClientCertificateRefused, _) =>
            "the server refuses this client's certificate; check that it is of the server's CA, valid now, made for clients, and that its name is allowed there",
        (TlsProblem.ServerCertificateRefused, _) =>
            "the client refuses this server's certificate; its own log says why (CA, validity or name)",
        (TlsProblem.UntrustedCa, _) => "the client does not know the CA of this server's certificate; compare the CA files of both sides",
        (TlsProblem.Expired, _) => "the client says that this server's certificate has expired; issue a new one",
        (TlsProblem.PeerSpeaksPlaintext, TlsSide.Client) => "the server does not speak TLS on this port; check enable_ssl on both sides, and the port",
        (TlsProblem.PeerSpeaksPlaintext, _) => "the client does not speak TLS; switch TLS on there (enable_ssl)",
        (TlsProblem.ProtocolMismatch, _) => "no TLS version or cipher suite in common; both sides need TLS 1.2 or 1.3",
        (TlsProblem.Interrupted, _) => "the connection was closed during the handshake",
        _ => null,
    };

    static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
