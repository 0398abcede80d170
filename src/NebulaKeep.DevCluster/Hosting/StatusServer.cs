using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NebulaKeep.DevCluster.Configuration;

namespace NebulaKeep.DevCluster.Hosting;

/// <summary>
/// A daemon's plain HTTP port: <c>GET /status</c>, <c>GET /flags[?flags=a,b][&amp;format=json]</c> and <c>PUT /flags</c>
/// with a JSON object (spec/meta-thrift.md §11). Kubernetes probes and the operator use it.
/// </summary>
public sealed class StatusServer : IAsyncDisposable
{
    const long MaxBody = 64 << 10;
    readonly WebApplication application;

    StatusServer(WebApplication application, int port) => (this.application, Port) = (application, port);

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Starts to listen; port 0 asks the system for a free one.</summary>
    public static async Task<StatusServer> StartAsync(
        IPAddress address, int port, DaemonFlags flags, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, address, port));
        var built = builder.Build();
        built.UseRouting();
        Map(built, flags);
        await built.StartAsync(cancellationToken);
        return new StatusServer(built, new Uri(built.Urls.First()).Port);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => application.DisposeAsync();

    static void Configure(KestrelServerOptions kestrel, IPAddress address, int port)
    {
        kestrel.Limits.MaxRequestBodySize = MaxBody;
        kestrel.Listen(address, port);
    }

    static void Map(WebApplication application, DaemonFlags flags)
    {
        application.MapGet("/status", context => Json(context, new Dictionary<string, string> { ["git_info_sha"] = BuildInfo.GitSha, ["status"] = "running" }));
        application.MapGet("/flags", context => Show(context, flags));
        application.MapPut("/flags", context => ChangeAsync(context, flags));
    }

    static Task Show(HttpContext context, DaemonFlags flags)
    {
        var wanted = context.Request.Query["flags"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var shown = flags.All.Where(f => wanted.Count == 0 || wanted.Contains(f.Key)).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        if (context.Request.Query["format"] == "json") return Json(context, shown);
        return context.Response.WriteAsync(string.Concat(shown.Select(f => $"{f.Key}={f.Value}\n")), context.RequestAborted);
    }

    static async Task ChangeAsync(HttpContext context, DaemonFlags flags)
    {
        try
        {
            var changes = await JsonSerializer.DeserializeAsync<Dictionary<string, JsonElement>>(context.Request.Body, cancellationToken: context.RequestAborted);
            foreach (var (name, value) in changes ?? []) flags.Set(name, value.ToString());
            await Json(context, new Dictionary<string, string> { ["errCode"] = "0" });
        }
        catch (JsonException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
    }

    static Task Json(HttpContext context, IReadOnlyDictionary<string, string> value)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(value), context.RequestAborted);
    }
}
