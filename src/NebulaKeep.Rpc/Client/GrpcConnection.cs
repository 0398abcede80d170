using System.Net;
using System.Net.Sockets;
using NebulaKeep.Core;
using NebulaKeep.Security;

namespace NebulaKeep.Rpc.Client;

/// <summary>The HTTP/2 transport of a channel.</summary>
sealed class GrpcConnection(HostAddress address, GrpcChannelOptions options)
{
    /// <summary>Trailers and headers hold an error text of at most three times <c>GrpcMessageText.MaxBytes</c>.</summary>
    const int MaxHeaderKilobytes = 32;

    volatile Stream? last;

    /// <summary>
    /// Why the server refused the newest connection right after its handshake; null where it did not. The HTTP/2 client does not
    /// always pass on what the stream threw: it depends on whether reading or writing found out first.
    /// </summary>
    public TlsFailureException? Refusal => last is { } stream ? TlsFailures.RefusalOf(stream) : null;

    public SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = options.ConnectTimeout,
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = options.KeepAlive,
        KeepAlivePingTimeout = options.KeepAlive,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        MaxResponseHeadersLength = MaxHeaderKilobytes,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        ConnectCallback = (_, cancellationToken) => ConnectAsync(cancellationToken),
    };

    /// <summary>
    /// Does the TLS handshake here, because the handler would copy its TLS options once and never see a renewed certificate.
    /// </summary>
    async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(address.Host, address.Port), cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return last = options.Tls is { } tls ? await tls.AuthenticateAsync(stream, address, cancellationToken) : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
