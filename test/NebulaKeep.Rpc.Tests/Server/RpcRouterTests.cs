using System.Net;
using System.Net.Http.Headers;
using NebulaKeep.Rpc.Server;
using NebulaKeep.Rpc.Services;
using NebulaKeep.Rpc.Upstream;

namespace NebulaKeep.Rpc.Tests.Server;

/// <summary>Requests that no client of ours would send.</summary>
public sealed class RpcRouterTests : IAsyncLifetime
{
    static readonly byte[] EmptyMessage = new byte[5];
    readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
    RunningServer server = null!;
    int served;

    public async ValueTask InitializeAsync() => server = await RunningServer.StartAsync(router =>
    {
        router.Unary(UpstreamAgentMethods.HealthCheck, RpcAccess.Anyone, (_, _, _) => Task.FromResult(new HealthCheckResponse { Status = $"{++served}" }));
        router.Unary(UpstreamAgentMethods.StopAgent, RpcAccess.Authenticated, (_, _, _) => Task.FromResult(new StopAgentResponse()));
    });

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_proper_request_is_served()
    {
        using var response = await PostAsync(UpstreamAgentMethods.HealthCheck.Path);
        (await StatusOf(response)).ShouldBe("0");
    }

    [Fact]
    public async Task Another_content_type_is_refused()
    {
        using var response = await PostAsync(UpstreamAgentMethods.HealthCheck.Path, contentType: "application/json");
        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Another_verb_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url("/")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task Gzip_is_unimplemented_and_the_answer_says_what_is_accepted()
    {
        using var response = await PostAsync(UpstreamAgentMethods.HealthCheck.Path, request => request.Headers.Add("grpc-encoding", "gzip"));
        (await StatusOf(response)).ShouldBe("12");
        response.Headers.GetValues("grpc-accept-encoding").ShouldBe(["identity"]);
    }

    [Fact]
    public async Task A_malformed_deadline_is_refused()
    {
        using var response = await PostAsync(UpstreamAgentMethods.HealthCheck.Path, request => request.Headers.Add("grpc-timeout", "soon"));
        (await StatusOf(response)).ShouldBe("3");
    }

    [Fact]
    public async Task A_request_without_a_message_is_refused()
    {
        using var response = await PostAsync(UpstreamAgentMethods.HealthCheck.Path, body: []);
        (await StatusOf(response)).ShouldBe("13");
        served.ShouldBe(0);
    }

    [Fact]
    public async Task Plaintext_does_not_reach_what_needs_a_certificate()
    {
        using var response = await PostAsync(UpstreamAgentMethods.StopAgent.Path);
        (await StatusOf(response)).ShouldBe("16");
    }

    async Task<HttpResponseMessage> PostAsync(string path, Action<HttpRequestMessage>? change = null, string contentType = "application/grpc", byte[]? body = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url(path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body ?? EmptyMessage) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } },
        };
        change?.Invoke(request);
        return await http.SendAsync(request);
    }

    static async Task<string> StatusOf(HttpResponseMessage response)
    {
        await response.Content.ReadAsByteArrayAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (response.Headers.TryGetValues("grpc-status", out var values) ? values : response.TrailingHeaders.GetValues("grpc-status")).Single();
    }

    Uri Url(string path) => new($"http://{server.Address}{path}");
}
