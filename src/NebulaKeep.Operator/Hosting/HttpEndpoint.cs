using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;

namespace NebulaKeep.Operator.Hosting;

/// <summary>A small HTTP server for one purpose: probes, or metrics. It takes no input but the path.</summary>
sealed class HttpEndpoint : IAsyncDisposable
{
    readonly WebApplication? app;

    HttpEndpoint(WebApplication? app) => this.app = app;

    /// <summary>Where it listens; 0 when it is off.</summary>
    public int Port => app is null ? 0 : new Uri(app.Urls.Single()).Port;

    /// <summary>Starts listening at <c>host:port</c> or <c>:port</c>; <c>0</c> or nothing turns it off.</summary>
    /// <exception cref="NebulaKeepException">The address is wrong or taken.</exception>
    public static async Task<HttpEndpoint> StartAsync(string flag, string address, RequestDelegate answer, CancellationToken cancellation)
    {
        if (address is "0" or "") return new HttpEndpoint(null);
        var endpoint = Parse(flag, address);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(endpoint));
        builder.Logging.ClearProviders();
        var made = builder.Build();
        made.Run(answer);
        try
        {
            await made.StartAsync(cancellation);
        }
        catch (IOException error)
        {
            await made.DisposeAsync();
            throw new NebulaKeepException($"{flag} {address}: {error.GetBaseException().Message}", error);
        }
        return new HttpEndpoint(made);
    }

    public ValueTask DisposeAsync() => app?.DisposeAsync() ?? ValueTask.CompletedTask;

    static IPEndPoint Parse(string flag, string address)
    {
        var colon = address.LastIndexOf(':');
        var host = colon < 0 ? null : address[..colon].Trim('[', ']') switch { "" => IPAddress.IPv6Any, var text when IPAddress.TryParse(text, out var ip) => ip, _ => null };
        return host is not null && ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new IPEndPoint(host, port)
            : throw new NebulaKeepException($"{flag} takes an address such as :8080 or 127.0.0.1:8080, not '{address}'");
    }
}
