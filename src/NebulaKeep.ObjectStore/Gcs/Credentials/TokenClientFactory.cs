using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Google.Apis.Http;
using IHttpClientFactory = Google.Apis.Http.IHttpClientFactory;

namespace NebulaKeep.ObjectStore.Gcs.Credentials;

/// <summary>Clients for requests for tokens: bounded answers, no redirects, the user's CAs besides the system's.</summary>
sealed class TokenClientFactory : IHttpClientFactory, IDisposable
{
    const int MaxAnswerBytes = 1 << 20;
    readonly SocketsHttpHandler handler;

    /// <param name="trust">Null: the system's CAs.</param>
    /// <param name="direct">Past any proxy, as the metadata server must be asked.</param>
    public TokenClientFactory(X509ChainPolicy? trust, bool direct)
    {
        handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !direct, ConnectTimeout = TimeSpan.FromSeconds(direct ? 3 : 10), PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        if (trust is not null) handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust };
    }

    public ConfigurableHttpClient CreateHttpClient(CreateHttpClientArgs args)
    {
        var client = new ConfigurableHttpClient(new ConfigurableMessageHandler(handler)) { MaxResponseContentBufferSize = MaxAnswerBytes };
        foreach (var initializer in args.Initializers) initializer.Initialize(client);
        return client;
    }

    public void Dispose() => handler.Dispose();
}
