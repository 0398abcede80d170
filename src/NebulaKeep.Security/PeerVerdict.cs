using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Security;

/// <summary>What one side found out about the other's certificate, in words: filled in by the handshake, asked after it.</summary>
sealed class PeerVerdict
{
    /// <summary>True once the peer has got as far as certificates, so it does speak TLS.</summary>
    public bool Reached { get; private set; }

    /// <summary>True once the server has asked for a certificate that this client does not have.</summary>
    public bool CertificateWanted { get; private set; }

    /// <summary>Null while nothing is wrong.</summary>
    public TlsProblem? Problem { get; private set; }

    /// <summary>Certificate, validity and advice.</summary>
    public string Message { get; private set; } = "";

    /// <summary>For a client without a certificate: SslStream asks once before the handshake, and again if the server does.</summary>
    public X509Certificate? NoCertificate(X509Certificate? server)
    {
        CertificateWanted |= server is not null;
        return null;
    }

    public bool Accept()
    {
        Reached = true;
        return true;
    }

    public bool Refuse(TlsProblem problem, string message)
    {
        (Reached, Problem, Message) = (true, problem, message);
        return false;
    }

    /// <summary>The verdict on a server's certificate.</summary>
    public bool JudgeServer(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string wantedName, DateTimeOffset now)
    {
        if (errors == SslPolicyErrors.None) return Accept();
        if (certificate is not X509Certificate2 leaf) return Refuse(TlsProblem.Other, "the server sent no certificate");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)) return RefuseChain(leaf, chain, now);
        return Refuse(TlsProblem.WrongName, $"{Describe(leaf)} is not made for '{wantedName}' but for {PeerNames.Text(leaf)}; "
            + "connect by one of these names, name one with --server-name, or issue a certificate with this name");
    }

    /// <summary>The verdict on a client's certificate.</summary>
    public bool JudgeClient(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, ClientNamePolicy names, DateTimeOffset now)
    {
        if (certificate is not X509Certificate2 leaf)
            return Refuse(TlsProblem.NoClientCertificate, "the client sent no certificate; give it a certificate and key of the CA");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)) return RefuseChain(leaf, chain, now);
        if (names.Allows(leaf)) return Accept();
        return Refuse(TlsProblem.NameNotAllowed, $"{Describe(leaf)} with the names {PeerNames.Text(leaf)} is not on the list of allowed clients");
    }

    bool RefuseChain(X509Certificate2 leaf, X509Chain? chain, DateTimeOffset now)
    {
        var (problem, culprit) = ChainProblem.Find(leaf, chain, now);
        return Refuse(problem, $"{Describe(culprit)} {ChainProblem.Advice(problem, culprit, chain)}");
    }

    internal static string Describe(X509Certificate2 certificate) =>
        $"the certificate '{certificate.Subject}' (issued by '{certificate.Issuer}', valid {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u})";
}
