using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Configuration;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Tests.Fakes;

/// <summary>
/// An API server in process, over real HTTP: lists in pages, watches, and writes with versions. <see cref="Intercept"/> sees every
/// request first and may answer it in its own way.
/// </summary>
sealed class FakeApiServer : IAsyncDisposable
{
    readonly WebApplication app;
    readonly CancellationTokenSource ending = new();
    readonly List<string> requests = [];

    FakeApiServer(WebApplication app) => this.app = app;

    public FakeStore Store { get; } = new();

    /// <summary>Returns true when it has answered.</summary>
    public Func<HttpContext, Task<bool>> Intercept { get; set; } = _ => Task.FromResult(false);

    /// <summary>What was asked for, as "METHOD /path?query".</summary>
    public IReadOnlyList<string> Requests
    {
        get { lock (requests) return [.. requests]; }
    }

    public Uri Address => new(app.Urls.Single() + "/");

    /// <summary>With a certificate it speaks HTTP/2 over TLS, as API servers do; without, HTTP/1.1 in clear.</summary>
    public static async Task<FakeApiServer> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        builder.Logging.ClearProviders();
        var server = new FakeApiServer(builder.Build());
        server.app.Run(server.AnswerAsync);
        await server.app.StartAsync();
        return server;
    }

    public KubeClient Client(KubeClientOptions? options = null, TimeProvider? time = null, ITokenSource? token = null) =>
        new(new KubeConfig { Server = Address, Token = token }, options ?? new KubeClientOptions(), time ?? TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await app.DisposeAsync();
        ending.Dispose();
    }

    /// <summary>Forgets what was asked for.</summary>
    public void Forget()
    {
        lock (requests) requests.Clear();
    }

    public static Task RefuseAsync(HttpContext context, int code, string reason, string message = "refused")
    {
        context.Response.StatusCode = code;
        return WriteAsync(context, new JsonObject { ["kind"] = "Status", ["code"] = code, ["reason"] = reason, ["message"] = message });
    }

    async Task AnswerAsync(HttpContext context)
    {
        lock (requests) requests.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        if (await Intercept(context)) return;
        var target = FakeTarget.Parse(context.Request.Path.Value ?? "");
        if (context.Request.Query["watch"] == "true") await WatchAsync(context, target);
        else if (HttpMethods.IsGet(context.Request.Method)) await ReadAsync(context, target);
        else await WriteObjectAsync(context, target);
    }

    Task ReadAsync(HttpContext context, FakeTarget target)
    {
        if (target.Name is not null)
            return Store.Find(target.Plural, target.Key) is { } item ? WriteAsync(context, item) : RefuseAsync(context, 404, "NotFound", "no such object");
        var (all, version) = Store.List(target.Plural);
        var selected = all.Where(item => target.Namespace.Length == 0 || item.Key().Namespace == target.Namespace).ToList();
        var skip = int.TryParse(context.Request.Query["continue"], out var start) ? start : 0;
        var take = int.TryParse(context.Request.Query["limit"], out var limit) ? limit : int.MaxValue;
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString() };
        if (skip + take < selected.Count) metadata["continue"] = (skip + take).ToString();
        return WriteAsync(context, new JsonObject { ["metadata"] = metadata, ["items"] = new JsonArray([.. selected.Skip(skip).Take(take)]) });
    }

    async Task WriteObjectAsync(HttpContext context, FakeTarget target)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body) as JsonObject ?? [];
        var key = target.Name is null ? body.Key() : target.Key;
        var old = Store.Find(target.Plural, key);
        var expected = body.Text("metadata", "resourceVersion");
        if (HttpMethods.IsPost(context.Request.Method))
            await (old is null ? WriteAsync(context, Store.Put(target.Plural, body)) : RefuseAsync(context, 409, "AlreadyExists"));
        else if (old is null) await RefuseAsync(context, 404, "NotFound");
        else if (expected is not null && expected != old.ResourceVersion()) await RefuseAsync(context, 409, "Conflict");
        else if (HttpMethods.IsDelete(context.Request.Method)) await DeleteAsync(context, target);
        else await WriteAsync(context, Store.Put(target.Plural, HttpMethods.IsPut(context.Request.Method) ? body : Merge(old, body)));
    }

    Task DeleteAsync(HttpContext context, FakeTarget target)
    {
        Store.Remove(target.Plural, target.Key);
        return WriteAsync(context, new JsonObject { ["kind"] = "Status", ["status"] = "Success" });
    }

    static JsonObject Merge(JsonObject old, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null) old.Remove(name);
            else if (value is JsonObject inner && old[name] is JsonObject target) Merge(target, inner);
            else old[name] = value.DeepClone();
        }
        return old;
    }

    async Task WatchAsync(HttpContext context, FakeTarget target)
    {
        var from = long.Parse(context.Request.Query["resourceVersion"].ToString());
        var end = Task.Delay(TimeSpan.FromSeconds(double.Parse(context.Request.Query["timeoutSeconds"].ToString())), context.RequestAborted);
        var stop = Task.Delay(Timeout.Infinite, ending.Token);
        await context.Response.StartAsync();
        while (!end.IsCompleted && !stop.IsCompleted)
        {
            var (changes, next) = Store.Since(target.Plural, from);
            if (changes is null)
            {
                await WriteEventAsync(context, "ERROR", new JsonObject { ["code"] = 410, ["reason"] = "Expired", ["message"] = "too old" });
                return;
            }
            foreach (var (version, type, item) in changes)
            {
                await WriteEventAsync(context, type, item);
                from = version;
            }
            await Task.WhenAny(next, end, stop);
        }
    }

    public static async Task WriteEventAsync(HttpContext context, string type, JsonObject item)
    {
        var line = new JsonObject { ["type"] = type, ["object"] = item.DeepClone() }.ToJsonString() + "\n";
        await context.Response.WriteAsync(line);
        await context.Response.Body.FlushAsync();
    }

    static Task WriteAsync(HttpContext context, JsonObject item)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(item.ToJsonString());
    }
}
