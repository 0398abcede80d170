using System.Net.Security;
using Amazon.Runtime;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Network;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>One HTTP client for a store: own trust roots where given, no redirects, which the SDK must see as answers.</summary>
sealed class S3HttpClientFactory : HttpClientFactory, IDisposable
{
    readonly HttpClient client;

    /// <exception cref="NebulaKeepException">The CA text holds no certificate.</exception>
    public S3HttpClientFactory(string? caPem)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AutomaticDecompression = System.Net.DecompressionMethods.None,
        };
        if (!string.IsNullOrWhiteSpace(caPem)) handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = TrustedRoots.PolicyOf(caPem, "S3") };
        client = new HttpClient(new NoExpectHandler(handler)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => client.Dispose();
}
