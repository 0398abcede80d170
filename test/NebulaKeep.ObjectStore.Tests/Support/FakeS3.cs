using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;

namespace NebulaKeep.ObjectStore.Tests.Support;

/// <summary>
/// A small S3 on a real socket that records what it is asked and misbehaves as told: for what a healthy Ceph cannot show.
/// Checks no signatures.
/// </summary>
sealed class FakeS3 : IAsyncDisposable
{
    readonly WebApplication app;
    readonly FakeBucket bucket = new();
    readonly List<Script> scripts = [];
    readonly Lock gate = new();

    FakeS3(WebApplication app) => this.app = app;

    public ConcurrentQueue<Seen> Requests { get; } = new();

    public string Endpoint => app.Urls.Single();

    /// <summary>Entries of one page of a listing.</summary>
    public int PageSize { set => bucket.PageSize = value; }

    public ConcurrentDictionary<string, byte[]> Objects => bucket.Objects;

    public ConcurrentDictionary<string, ConcurrentDictionary<int, byte[]>> Uploads => bucket.Uploads;

    public static async Task<FakeS3> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        var fake = new FakeS3(builder.Build());
        fake.app.Run(fake.AnswerAsync);
        await fake.app.StartAsync();
        return fake;
    }

    /// <summary>The next <paramref name="times"/> requests of a kind are answered by a script.</summary>
    public FakeS3 On(Func<HttpRequest, bool> which, Func<HttpContext, Task> answer, int times = 1)
    {
        lock (gate) scripts.Add(new Script(which, answer) { Left = times });
        return this;
    }

    /// <summary>Empties the bucket and drops all scripts.</summary>
    public void Forget()
    {
        lock (gate) scripts.Clear();
        Requests.Clear();
        bucket.Clear();
        Happened = false;
    }

    /// <summary>The bucket's own answer, for scripts that change only a part of it.</summary>
    public Task ServeAsync(HttpContext context) => bucket.ServeAsync(context);

    public S3Settings Settings() => new() { Endpoint = Endpoint, AccessKey = "access", SecretKey = new Secret("secret-canary-1"), SessionToken = new Secret("token-canary-2") };

    public ValueTask DisposeAsync() => app.DisposeAsync();

    public static Func<HttpContext, Task> Error(int status, string code, string message = "as planned") => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync($"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>r1</RequestId></Error>");
    };

    public static bool IsPut(HttpRequest request) => request.Method == "PUT";

    public static bool IsGet(HttpRequest request) => request.Method == "GET" && !request.Query.ContainsKey("list-type");

    public static bool IsHead(HttpRequest request) => request.Method == "HEAD";

    async Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue(new Seen(context.Request.Method, context.Request.Path + context.Request.QueryString,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        await (Take(context.Request)?.Answer ?? bucket.ServeAsync)(context);
    }

    /// <summary>True once a script has answered.</summary>
    public bool Happened { get; private set; }

    Script? Take(HttpRequest request)
    {
        lock (gate)
        {
            var found = scripts.Find(script => script.Left > 0 && script.Which(request));
            if (found is not null) (found.Left, Happened) = (found.Left - 1, true);
            return found;
        }
    }

    public sealed record Seen(string Method, string Target, IReadOnlyDictionary<string, string> Headers);

    sealed record Script(Func<HttpRequest, bool> Which, Func<HttpContext, Task> Answer)
    {
        public int Left { get; set; }
    }
}
