using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NebulaKeep.Security;

namespace NebulaKeep.Rpc.Server;

/// <summary>Serves a router on one or more ports. Nothing of the environment, such as ASPNETCORE_ variables, changes it.</summary>
public sealed class RpcServer : IAsyncDisposable
{
    /// <summary>A client that is gone without a word is noticed, and its calls cancelled, within their sum.</summary>
    static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(10), PingTimeout = TimeSpan.FromSeconds(15);

    readonly WebApplication app;

    RpcServer(WebApplication app) => this.app = app;

    /// <summary>The ports that are open, in the order of the listeners; for listeners that asked for port 0.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints =>
        [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(address => IPEndPoint.Parse(new Uri(address).Authority))];

    /// <summary>Opens the ports.</summary>
    /// <exception cref="IOException">A port is taken or may not be opened.</exception>
    public static async Task<RpcServer> StartAsync(
        IEnumerable<RpcListener> listeners, RpcRouter router, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, listeners));
        var built = builder.Build();
        built.Run(router.HandleAsync);
        try
        {
            await built.StartAsync(cancellationToken);
            return new RpcServer(built);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            await built.DisposeAsync();
            // Kestrel turns only "address in use" into an IOException of its own.
            throw e as IOException ?? new IOException($"cannot listen on {string.Join(" or ", listeners.Select(listener => listener.EndPoint))}: {e.Message}", e);
        }
    }

    /// <summary>Takes no new calls and waits for the running ones; those still running when the token fires are cut.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();

    static void Configure(KestrelServerOptions kestrel, IEnumerable<RpcListener> listeners)
    {
        kestrel.AddServerHeader = false;
        // Each method has its own limit, checked before memory is taken.
        kestrel.Limits.MaxRequestBodySize = null;
        // A br that waits for metad does not read for a while; one that is gone answers no ping.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.Http2.KeepAlivePingDelay = PingDelay;
        kestrel.Limits.Http2.KeepAlivePingTimeout = PingTimeout;
        foreach (var listener in listeners) kestrel.Listen(listener.EndPoint, options => Configure(options, listener));
    }

    static void Configure(ListenOptions options, RpcListener listener)
    {
        options.Protocols = HttpProtocols.Http2;
        if (listener.Tls is { } tls) options.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = context => ValueTask.FromResult(Options(tls, context)) });
    }

    static SslServerAuthenticationOptions Options(ServerTls tls, TlsHandshakeCallbackContext context)
    {
        var options = tls.Options(context.Connection.RemoteEndPoint?.ToString() ?? "unknown");
        options.ApplicationProtocols = [SslApplicationProtocol.Http2];
        return options;
    }
}
