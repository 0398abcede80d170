using System.Net;
using System.Net.Sockets;
using System.Text;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Rpc;
using NebulaKeep.Rpc.Agent;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Rpc.Services;
using NebulaKeep.Rpc.Upstream;

namespace NebulaKeep.Agent.Tests.Services;

/// <summary>Keys of a store travel in requests. Planted ones must come out nowhere, whatever fails.</summary>
public sealed class SecretsTests(PkiFixture keys) : IClassFixture<PkiFixture>, IDisposable
{
    const string SecretKey = "CanarySecretKey0123456789", Token = "CanarySessionToken0123456789";
    static readonly CancellationToken None = CancellationToken.None;
    readonly HostFolder host = new();

    [Theory]
    [InlineData("s3://bucket/prefix", null)]
    [InlineData("s3://bucket/../x", null)]
    [InlineData("s3:bucket", null)]
    [InlineData("ftp://bucket", null)]
    [InlineData("gs://bucket", null)]
    [InlineData("gs://bucket/prefix", null)]
    [InlineData("s3://bucket/prefix", "no PEM at all")]
    [InlineData("gs://bucket/prefix", "no PEM at all")]
    public async Task No_failure_of_a_transfer_shows_a_key(string uri, string? ca)
    {
        HostFolder.Write($"{host.Data}/f", "content");
        await using var echo = new EchoingServer();
        await using var agent = await StartAsync();
        await using var client = agent.Client(keys.Pki.Client());
        var s3 = new Store.Types.S3 { Endpoint = echo.Url, Region = "r", AccessKey = "access", SecretKey = SecretKey, SessionToken = Token, CaPem = ca ?? "" };
        var gcs = new Store.Types.Gcs { Endpoint = echo.Url, AccessToken = Token, Credentials = uri == "gs://bucket" ? SecretKey : "", CaPem = ca ?? "" };
        var store = new Store { Uri = uri, S3 = s3, Gcs = gcs };
        var upload = new UploadRequest { Store = store, Sources = { new UploadRequest.Types.Source { Directory = host.Data, KeyPrefix = "k" } } };
        var download = new DownloadRequest { Store = store, Items = { new DownloadRequest.Types.Item { Key = "k", Target = $"{host.Data}/g", Size = 1 } } };

        var failures = new[]
        {
            await Should.ThrowAsync<AgentException>(client.UploadAsync(upload, None).ToListAsync()),
            await Should.ThrowAsync<AgentException>(client.DownloadAsync(download, None).ToListAsync()),
        };

        ShouldBeClean(agent, [.. failures.Select(failure => failure.ToString()), store.ToString(), upload.ToString(), download.ToString()]);
        if (uri.EndsWith("//bucket/prefix", StringComparison.Ordinal) && ca is null) echo.Requests.ShouldBeGreaterThan(0, "the keys were used");
    }

    [Fact]
    public async Task The_agents_own_identity_is_not_shown_to_a_server_that_a_request_names()
    {
        HostFolder.Write($"{host.Data}/f", "content");
        await using var echo = new EchoingServer();
        await using var agent = await StartAsync();
        await using var client = agent.Client(keys.Pki.Client());
        var store = new Store { Uri = "gs://bucket/prefix", Gcs = new Store.Types.Gcs { Endpoint = echo.Url } };
        var upload = new UploadRequest { Store = store, Sources = { new UploadRequest.Types.Source { Directory = host.Data, KeyPrefix = "k" } } };

        var failure = await Should.ThrowAsync<AgentException>(client.UploadAsync(upload, None).ToListAsync());

        failure.Message.ShouldContain("no credentials for it");
        echo.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task No_failure_of_upstreams_calls_shows_a_key()
    {
        HostFolder.Write($"{host.Data}/f", "content");
        await using var echo = new EchoingServer();
        await using var agent = await StartAsync();
        var channel = agent.Channel(keys.Pki.Client());
        var backend = new Backend { S3 = new S3 { Bucket = "bucket", Endpoint = echo.Url, Region = "r", AccessKey = "access", SecretKey = SecretKey, Path = "k" } };
        var google = new Backend { Gs = new GS { Bucket = "bucket", Credentials = SecretKey } };
        var texts = new List<string>();
        foreach (var target in new[] { backend, google })
        {
            var upload = new UploadFileRequest { SourcePath = $"{host.Data}/f", TargetBackend = target };
            var download = new DownloadFileRequest { SourceBackend = target, TargetPath = $"{host.Data}/g" };
            texts.Add((await Should.ThrowAsync<GrpcStatusException>(channel.CallAsync(UpstreamStorageMethods.UploadFile, upload, null, None))).ToString());
            texts.Add((await Should.ThrowAsync<GrpcStatusException>(channel.CallAsync(UpstreamStorageMethods.DownloadFile, download, null, None))).ToString());
            texts.Add(upload.ToString());
            texts.Add(download.ToString());
        }

        ShouldBeClean(agent, texts);
    }

    public void Dispose() => host.Dispose();

    Task<RunningAgent> StartAsync() =>
        RunningAgent.StartAsync(keys.Pki, settings => settings with { AllowedDirectories = [host.Data], UpstreamCompat = true, Debug = true });

    static void ShouldBeClean(RunningAgent agent, IEnumerable<string> texts)
    {
        foreach (var text in texts.Append(agent.Log.Text))
        {
            text.ShouldNotContain(SecretKey);
            text.ShouldNotContain(Token);
        }
    }

    /// <summary>Refuses every request and repeats its headers, as servers do to explain a wrong signature.</summary>
    sealed class EchoingServer : IAsyncDisposable
    {
        readonly HttpListener listener = new();
        readonly Task serving;
        int requests;

        public EchoingServer()
        {
            Url = $"http://127.0.0.1:{FreePort()}";
            listener.Prefixes.Add($"{Url}/");
            listener.Start();
            serving = ServeAsync();
        }

        public string Url { get; }

        public int Requests => Volatile.Read(ref requests);

        public async ValueTask DisposeAsync()
        {
            listener.Close();
            await serving;
        }

        async Task ServeAsync()
        {
            try
            {
                while (true) await RefuseAsync(await listener.GetContextAsync());
            }
            catch (Exception e) when (e is ObjectDisposedException or HttpListenerException)
            {
                // The test is over.
            }
        }

        async Task RefuseAsync(HttpListenerContext context)
        {
            Interlocked.Increment(ref requests);
            await context.Request.InputStream.CopyToAsync(Stream.Null);
            var headers = string.Join('\n', context.Request.Headers.AllKeys.Select(key => $"{key}: {context.Request.Headers[key]}"));
            var body = $"<Error><Code>SignatureDoesNotMatch</Code><Message>{headers}</Message><StringToSign>{headers}</StringToSign></Error>";
            context.Response.StatusCode = 403;
            context.Response.ContentType = "application/xml";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
            context.Response.Close();
        }

        static int FreePort()
        {
            using var port = new TcpListener(IPAddress.Loopback, 0);
            port.Start();
            return ((IPEndPoint)port.LocalEndpoint).Port;
        }
    }
}
