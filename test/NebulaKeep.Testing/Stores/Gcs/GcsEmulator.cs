using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Testing.Stores.Gcs;

/// <summary>
/// Google Cloud Storage's JSON API on a loopback socket, with the token servers that belong to it. It checks tokens, signatures,
/// preconditions and checksums, records what it is asked, and misbehaves as told. <c>gcloud storage</c> takes it for the real one,
/// which a test checks where that is installed.
/// </summary>
public sealed class GcsEmulator : IAsyncDisposable
{
    readonly WebApplication app;
    readonly TemporaryFolder folder;
    readonly GcsApi api;
    readonly List<Script> scripts = [];
    readonly Lock gate = new();

    GcsEmulator(WebApplication app, TemporaryFolder folder)
    {
        (this.app, this.folder) = (app, folder);
        Tokens = new GcsTokenServer();
        Buckets = new GcsBuckets();
        Uploads = new GcsUploads(Buckets, folder.Path);
        api = new GcsApi(Buckets, Uploads);
    }

    /// <summary>The URL of all its servers.</summary>
    public string Endpoint => app.Urls.Single();

    /// <summary>All requests but those for tokens, oldest first.</summary>
    public ConcurrentQueue<SeenRequest> Requests { get; } = new();

    /// <summary>What lies in it.</summary>
    public GcsBuckets Buckets { get; }

    /// <summary>Uploads that were begun and are neither complete nor given up.</summary>
    public GcsUploads Uploads { get; }

    /// <summary>The makers of tokens.</summary>
    public GcsTokenServer Tokens { get; }

    /// <summary>A service account's key file, whose <c>token_uri</c> is this server.</summary>
    public string ServiceAccountJson => Tokens.ServiceAccountJson(Endpoint);

    /// <summary>Starts it on a free port, with TLS where a certificate is given, on loopback unless told otherwise.</summary>
    public static async Task<GcsEmulator> StartAsync(X509Certificate2? certificate = null, System.Net.IPAddress? address = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().UseUrls("http://127.0.0.1:0").ConfigureKestrel(options =>
        {
            (options.Limits.MaxRequestBodySize, options.Limits.MinRequestBodyDataRate) = (null, null);
            if (certificate is not null) options.Listen(address ?? System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
        });
        var emulator = new GcsEmulator(builder.Build(), new TemporaryFolder());
        emulator.app.Run(emulator.AnswerAsync);
        await emulator.app.StartAsync();
        return emulator;
    }

    /// <summary>The next <paramref name="times"/> requests of a kind are answered by a script.</summary>
    public GcsEmulator On(Func<HttpRequest, bool> which, Func<HttpContext, Task> answer, int times = 1)
    {
        lock (gate) scripts.Add(new Script(which, answer) { Left = times });
        return this;
    }

    /// <summary>The emulator's own answer, for scripts that change only a part of it.</summary>
    public Task ServeAsync(HttpContext context) => api.ServeAsync(context);

    /// <summary>Settings that work.</summary>
    public GcsSettings Settings() => new() { Endpoint = Endpoint, Credentials = new Core.Secret(ServiceAccountJson) };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>A refusal in Google's form.</summary>
    public static Func<HttpContext, Task> Error(int status, string reason, string message = "as planned") => context => GcsAnswers.ErrorAsync(context, status, reason, message);

    /// <summary>A download.</summary>
    public static bool IsRead(HttpRequest request) => request.Method == "GET" && request.Query["alt"] == "media";

    /// <summary>An upload in one request.</summary>
    public static bool IsSinglePut(HttpRequest request) => request.Query["uploadType"] == "multipart";

    /// <summary>A piece of an upload, or a question about it.</summary>
    public static bool IsPiece(HttpRequest request) => request.Method == "PUT" && request.Query.ContainsKey("upload_id");

    /// <summary>The last piece of an upload: it names the whole length.</summary>
    public static bool IsLastPiece(HttpRequest request) => IsPiece(request) && !request.Headers.ContentRange.ToString().EndsWith("/*", StringComparison.Ordinal);

    async Task AnswerAsync(HttpContext context)
    {
        if (await Tokens.TryServeAsync(context)) return;
        Requests.Enqueue(new SeenRequest(context.Request.Method, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        if (Take(context.Request) is { } script) await script.Answer(context);
        else if (Tokens.IsValid(context.Request)) await api.ServeAsync(context);
        else await GcsAnswers.ErrorAsync(context, 401, "authError", "Invalid Credentials");
    }

    Script? Take(HttpRequest request)
    {
        lock (gate)
        {
            var found = scripts.Find(script => script.Left > 0 && script.Which(request));
            if (found is not null) found.Left--;
            return found;
        }
    }

    /// <summary>A request as it came.</summary>
    /// <param name="Method">GET and so on.</param>
    /// <param name="Target">Path and query, as they were sent.</param>
    /// <param name="Headers">All of them.</param>
    public sealed record SeenRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers);

    sealed record Script(Func<HttpRequest, bool> Which, Func<HttpContext, Task> Answer)
    {
        public int Left { get; set; }
    }
}
