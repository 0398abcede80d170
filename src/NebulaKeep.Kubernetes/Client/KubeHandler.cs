using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NebulaKeep.Kubernetes.Configuration;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>Makes the connection pool: HTTP/2 with pings, the cluster's own CA, and the client certificate as it is on disk now.</summary>
static class KubeHandler
{
    public static SocketsHttpHandler Create(KubeConfig config, KubeClientOptions options) => new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(10),
        // New connections see a rotated certificate and a moved API server; running watches are not cut.
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = options.KeepAlive,
        KeepAlivePingTimeout = options.KeepAlive,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        SslOptions = Tls(config),
    };

    static SslClientAuthenticationOptions Tls(KubeConfig config)
    {
        var tls = new SslClientAuthenticationOptions();
        if (config.TlsServerName is { } name) tls.TargetHost = name;
        if (config.ClientCertificate is { } source) tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => source.Current();
        // Asked for in the kubeconfig by its owner, and loud in its name.
#pragma warning disable CA5359
        if (config.InsecureSkipTlsVerify) tls.RemoteCertificateValidationCallback = AcceptAny;
#pragma warning restore CA5359
        else if (config.CertificateAuthority is { } roots) tls.CertificateChainPolicy = Trusting(roots);
        return tls;
    }

    static X509ChainPolicy Trusting(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));      // server authentication
        return policy;
    }

    static bool AcceptAny(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;
}
