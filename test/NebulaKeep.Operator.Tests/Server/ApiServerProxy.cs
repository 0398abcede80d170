using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NebulaKeep.Kubernetes.Configuration;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>
/// Stands between an operator and the API server: records every request and its body, answers for the logs of pods that no kubelet runs,
/// and can cut the operator off after a write, as a kill would.
/// </summary>
sealed class ApiServerProxy : IAsyncDisposable
{
    readonly WebApplication app;
    readonly HttpClient http;
    readonly CancellationTokenSource ending = new();
    int writesLeft = int.MaxValue;

    ApiServerProxy(WebApplication app, HttpClient http) => (this.app, this.http) = (app, http);

    public Uri Address => new(app.Urls.Single() + "/");

    /// <summary>All requests: method, path, user, and what was sent.</summary>
    public ConcurrentQueue<ProxiedRequest> Requests { get; } = new();

    /// <summary>The log of each pod, by the pod's name.</summary>
    public ConcurrentDictionary<string, string> Logs { get; } = new(StringComparer.Ordinal);

    /// <summary>Done when the operator was cut off.</summary>
    public TaskCompletionSource CutOff { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<ApiServerProxy> StartAsync(KubeConfig server)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null).UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var handler = new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true, SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trusting(server) } };
        var proxy = new ApiServerProxy(builder.Build(), new HttpClient(handler) { BaseAddress = server.Server, Timeout = Timeout.InfiniteTimeSpan });
        proxy.app.Run(proxy.PassAsync);
        await proxy.app.StartAsync();
        return proxy;
    }

    /// <summary>After so many more writes (events and the leader's Lease do not count) nothing comes through, not even the answer to the last one.</summary>
    public void CutOffAfter(int writes)
    {
        CutOff = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref writesLeft, writes);
    }

    /// <summary>Everything comes through again.</summary>
    public void Restore() => Volatile.Write(ref writesLeft, int.MaxValue);

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await app.DisposeAsync();
        http.Dispose();
        ending.Dispose();
    }

    static X509ChainPolicy Trusting(KubeConfig server)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(server.CertificateAuthority!);
        return policy;
    }

    async Task PassAsync(HttpContext context)
    {
        if (Volatile.Read(ref writesLeft) <= 0)
        {
            context.Abort();
            return;
        }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, ending.Token);
        try
        {
            await PassAsync(context, stop.Token);
        }
        catch (Exception end) when (end is OperationCanceledException or HttpRequestException or IOException)
        {
            context.Abort();
        }
    }

    async Task PassAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await ReadAsync(context.Request, cancellation);
        var request = new ProxiedRequest(context.Request.Method, context.Request.Path.Value!, context.Request.QueryString.Value!, System.Text.Encoding.UTF8.GetString(body));
        Requests.Enqueue(request);
        if (request.Path.EndsWith("/log", StringComparison.Ordinal))
        {
            await context.Response.WriteAsync(Logs.GetValueOrDefault(request.Path.Split('/')[^2], ""), cancellation);
            return;
        }
        using var answer = await http.SendAsync(Copy(context.Request, body), HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (request.IsWrite && Interlocked.Decrement(ref writesLeft) <= 0)
        {
            CutOff.TrySetResult();
            context.Abort();
            return;
        }
        // Applying what is not there needs the right to create it.
        if (request.Method == "PATCH" && answer.StatusCode == HttpStatusCode.Created) Requests.Enqueue(request with { Method = "POST" });
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await context.Response.StartAsync(cancellation);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellation);
        var chunk = new byte[64 << 10];
        for (int read; (read = await stream.ReadAsync(chunk, cancellation)) > 0;)
        {
            if (Volatile.Read(ref writesLeft) <= 0) throw new IOException("cut off");
            await context.Response.Body.WriteAsync(chunk.AsMemory(0, read), cancellation);
            await context.Response.Body.FlushAsync(cancellation);
        }
    }

    static HttpRequestMessage Copy(HttpRequest from, byte[] body)
    {
        var request = new HttpRequestMessage(new HttpMethod(from.Method), (from.Path.Value + from.QueryString.Value).TrimStart('/')) { Version = HttpVersion.Version20 };
        if (AuthenticationHeaderValue.TryParse(from.Headers.Authorization.ToString(), out var identity)) request.Headers.Authorization = identity;
        if (MediaTypeWithQualityHeaderValue.TryParse(from.Headers.Accept.ToString(), out var accept)) request.Headers.Accept.Add(accept);
        if (body.Length == 0) return request;
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(from.ContentType!);
        return request;
    }

    static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        return body.ToArray();
    }
}

/// <summary>One request as RBAC sees it.</summary>
sealed record ProxiedRequest(string Method, string Path, string Query, string Body)
{
    readonly string[] parts = Path.Trim('/').Split('/');

    bool IsCore => parts[0] == "api";

    int Start => IsCore ? 2 : 3;

    bool IsNamespaced => parts.Length > Start + 1 && parts[Start] == "namespaces" && parts.Length > Start + 2;

    public bool IsResource => parts.Length > Start;

    public string Group => IsCore ? "" : parts.ElementAtOrDefault(1) ?? "";

    /// <summary>With its subresource, as in <c>pods/log</c>.</summary>
    public string Resource
    {
        get
        {
            var rest = parts[(IsNamespaced ? Start + 2 : Start)..];
            return rest.Length > 2 ? $"{rest[0]}/{rest[2]}" : rest.ElementAtOrDefault(0) ?? "";
        }
    }

    public string Verb => Method switch
    {
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ when Query.Contains("watch=true", StringComparison.Ordinal) => "watch",
        _ => parts[(IsNamespaced ? Start + 2 : Start)..].Length > 1 ? "get" : "list",
    };

    public bool IsWrite => Method is not ("GET" or "HEAD") && Resource != "events" && !Path.EndsWith("/leases/nebula-controller-manager", StringComparison.Ordinal);
}
