using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace NebulaKeep.Security;

/// <summary>
/// The server side of TLS 1.2 and 1.3: shows its certificate and, by default, lets in only clients with a certificate of
/// the CA. One instance a listener; each connection uses the newest files.
/// </summary>
public sealed partial class ServerTls
{
    const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    readonly ServerTlsSettings settings;
    readonly ReloadingCertificates certificates;
    readonly TimeProvider clock;
    readonly ILogger logger;

    ServerTls(TlsFiles files, ServerTlsSettings settings, TimeProvider clock, ILogger logger)
    {
        (this.settings, this.clock, this.logger) = (settings, clock, logger);
        certificates = ReloadingCertificates.Open(files, clock, logger);
    }

    /// <summary>The newest certificates.</summary>
    public CertificateSet Certificates => certificates.Current;

    /// <summary>Loads the files; <see cref="TlsFiles.CaPath"/> is the CA of the clients.</summary>
    /// <exception cref="CertificateFileException">The files cannot be used, or there is no own certificate.</exception>
    public static ServerTls Open(TlsFiles files, ServerTlsSettings settings, TimeProvider clock, ILogger logger) =>
        files.CertPath is not null
            ? new ServerTls(files, settings, clock, logger)
            : throw new CertificateFileException(CertificateFileProblem.Missing, files.CaPath, "a TLS server needs a certificate and a key besides its CA");

    /// <summary>Options for one connection; for Kestrel's <c>TlsHandshakeCallbackOptions.OnConnection</c>.</summary>
    /// <param name="peer">The client's address, for the log.</param>
    public SslServerAuthenticationOptions Options(string peer) => Options(peer, new PeerVerdict());

    /// <summary>Does the handshake over <paramref name="inner"/>, which then belongs to the result and is disposed with it, also on failure.</summary>
    /// <param name="inner">The accepted connection.</param>
    /// <param name="peer">The client's address, for messages.</param>
    /// <param name="cancellationToken">Stops the handshake.</param>
    /// <exception cref="TlsFailureException">Everything that can go wrong, with its kind.</exception>
    public Task<SslStream> AuthenticateAsync(Stream inner, string peer, CancellationToken cancellationToken)
    {
        var verdict = new PeerVerdict();
        var handshake = new Handshake(TlsSide.Server, peer, verdict, settings.HandshakeTimeout, clock);
        var options = Options(peer, verdict);
        var ssl = new SslStream(inner, leaveInnerStreamOpen: false);
        return handshake.RunAsync(ssl, token => ssl.AuthenticateAsServerAsync(options, token), cancellationToken);
    }

    SslServerAuthenticationOptions Options(string peer, PeerVerdict verdict)
    {
        var (set, now) = (certificates.Current, clock.GetUtcNow());
        var required = settings.Clients == ClientCertificates.Required;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = set.Context,
            EnabledSslProtocols = settings.Versions,
            ApplicationProtocols = settings.ApplicationProtocols.Count > 0 ? [.. settings.ApplicationProtocols] : null,
            ClientCertificateRequired = required,
            CertificateChainPolicy = set.PolicyFor(ClientAuthentication, now),
            AllowTlsResume = false, // every connection is verified in full, with the newest files
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                !required || Judge(peer, verdict, certificate, chain, errors, now),
        };
    }

    bool Judge(string peer, PeerVerdict verdict, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, DateTimeOffset now)
    {
        if (verdict.JudgeClient(certificate, chain, errors, settings.Names, now)) return true;
        LogRefused(peer, verdict.Problem, verdict.Message);
        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Client {Peer} refused, {Problem}: {Reason}")]
    partial void LogRefused(string peer, TlsProblem? problem, string reason);
}
