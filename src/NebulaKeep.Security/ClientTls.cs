using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;

namespace NebulaKeep.Security;

/// <summary>
/// The client side of TLS 1.2 and 1.3: verifies servers against the private CA and the dialled (or overriding) name, shows
/// the own certificate if there is one. One instance a process; each connection uses the newest files.
/// </summary>
public sealed partial class ClientTls
{
    const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    readonly TlsFiles files;
    readonly ClientTlsSettings settings;
    readonly Func<CertificateSet> certificates;
    readonly TimeProvider clock;

    ClientTls(TlsFiles files, Func<CertificateSet> certificates, ClientTlsSettings settings, TimeProvider clock, ILogger logger)
    {
        (this.files, this.certificates, this.settings, this.clock) = (files, certificates, settings, clock);
        if (files.InsecureSkipVerify) LogInsecure(logger);
    }

    /// <summary>The newest certificates, for checks before work begins.</summary>
    public CertificateSet Certificates => certificates();

    /// <summary>Loads the files.</summary>
    /// <exception cref="CertificateFileException">The files cannot be used.</exception>
    public static ClientTls Open(TlsFiles files, ClientTlsSettings settings, TimeProvider clock, ILogger logger)
    {
        var reloading = ReloadingCertificates.Open(files, clock, logger);
        return new ClientTls(files, () => reloading.Current, settings, clock, logger);
    }

    /// <summary>
    /// For certificates that are not in files, such as those of a Kubernetes Secret: whoever has them makes another instance when they change.
    /// </summary>
    /// <param name="names">What to call each part in messages, in place of paths; and the rules.</param>
    /// <param name="ca">The CA bundle as PEM.</param>
    /// <param name="cert">The own certificate as PEM; null for a client that shows none.</param>
    /// <param name="key">Its key as PEM.</param>
    /// <param name="settings">Rules beyond the certificates.</param>
    /// <param name="clock">Against which validity is checked.</param>
    /// <param name="logger">Is warned when servers are not verified.</param>
    /// <exception cref="CertificateFileException">They cannot be used.</exception>
    public static ClientTls OfPem(TlsFiles names, byte[] ca, byte[]? cert, byte[]? key, ClientTlsSettings settings, TimeProvider clock, ILogger logger)
    {
        var set = Pem.PemReader.Read(Pem.TlsFileContents.Of(names, ca, cert, key));
        return new ClientTls(names, () => set, settings, clock, logger);
    }

    /// <summary>Options for one connection, for layers that do the handshake themselves.</summary>
    public SslClientAuthenticationOptions Options(HostAddress peer) => Options(peer, new PeerVerdict());

    /// <summary>
    /// Does the handshake over <paramref name="inner"/>, which then belongs to the result and is disposed with it, also on failure.
    /// A server's refusal of the client certificate comes only with the first read or write, as an <see cref="IOException"/>:
    /// <see cref="TlsFailures.Classify"/> turns it into the typed failure.
    /// </summary>
    /// <exception cref="TlsFailureException">Everything that can go wrong, with its kind.</exception>
    public Task<SslStream> AuthenticateAsync(Stream inner, HostAddress peer, CancellationToken cancellationToken)
    {
        var verdict = new PeerVerdict();
        var handshake = new Handshake(TlsSide.Client, peer.ToString(), verdict, settings.HandshakeTimeout, clock);
        var options = Options(peer, verdict);
        var ssl = new ClientTlsStream(inner, peer, verdict, clock);
        return handshake.RunAsync(ssl, token => ssl.AuthenticateAsClientAsync(options, token), cancellationToken);
    }

    SslClientAuthenticationOptions Options(HostAddress peer, PeerVerdict verdict)
    {
        var (set, name, now) = (certificates(), files.ServerName ?? peer.Host, clock.GetUtcNow());
        return new SslClientAuthenticationOptions
        {
            TargetHost = name,
            EnabledSslProtocols = settings.Versions,
            ApplicationProtocols = settings.ApplicationProtocols.Count > 0 ? [.. settings.ApplicationProtocols] : null,
            ClientCertificateContext = set.Context,
            LocalCertificateSelectionCallback = set.Context is null ? (_, _, _, server, _) => verdict.NoCertificate(server)! : null,
            CertificateChainPolicy = set.PolicyFor(ServerAuthentication, now),
            AllowTlsResume = false, // every connection is verified in full, with the newest files
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Judge(verdict, certificate, chain, errors, name, now),
        };
    }

    bool Judge(PeerVerdict verdict, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string name, DateTimeOffset now) =>
        files.InsecureSkipVerify ? verdict.Accept() : verdict.JudgeServer(certificate, chain, errors, name, now);

    [LoggerMessage(Level = LogLevel.Warning, Message = "insecure_skip_verify is set: servers are NOT verified, anybody can pose as one")]
    static partial void LogInsecure(ILogger logger);
}
