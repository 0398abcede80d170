using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Configuration;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>
/// HTTP to the API server: identity, limits, and errors with their meaning. A token that was refused is read again once, because it may
/// have been rotated a moment ago.
/// </summary>
sealed class KubeTransport : IDisposable
{
    const int MaxErrorBytes = 1 << 20;

    readonly KubeConfig config;
    readonly KubeClientOptions options;
    readonly TimeProvider time;
    readonly HttpClient http;

    public KubeTransport(KubeConfig config, KubeClientOptions options, TimeProvider time)
    {
        (this.config, this.options, this.time) = (config, options, time);
        http = new HttpClient(KubeHandler.Create(config, options)) { BaseAddress = config.Server, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd(options.UserAgent);
    }

    public void Dispose() => http.Dispose();

    /// <summary>Sends and reads one JSON object.</summary>
    public Task<JsonObject> SendAsync(KubeRequest request, CancellationToken cancellation) =>
        SendAsync(request, body => KubeJson.ParseObject(body.Span, request.Doing), cancellation);

    /// <summary>Sends and reads the whole answer. Its memory is used again afterwards, so what is made of it must not refer to it.</summary>
    public async Task<T> SendAsync<T>(KubeRequest request, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            using var response = await OpenAsync(request, either.Token);
            using var body = await ResponseBody.ReadAsync(response.Content, options.MaxBodyBytes, request.Doing, either.Token);
            return read(body.Bytes);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new KubeException($"{request.Doing}: no answer from {config.Server} within {options.RequestTimeout.TotalSeconds:0.#} s", true);
        }
    }

    /// <summary>Sends and hands the successful answer over once its head has come; the caller reads and disposes it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(KubeRequest request, CancellationToken cancellation)
    {
        var response = await SendOnceAsync(request, fresh: false, cancellation);
        if (response.StatusCode is HttpStatusCode.Unauthorized && config.Token is not null)
        {
            response.Dispose();
            response = await SendOnceAsync(request, fresh: true, cancellation);
        }
        if (response.IsSuccessStatusCode) return response;
        using (response) throw await ErrorAsync(request, response, cancellation);
    }

    async Task<HttpResponseMessage> SendOnceAsync(KubeRequest request, bool fresh, CancellationToken cancellation)
    {
        // Set on the message: HttpClient's default version does not reach messages made by hand.
        using var message = new HttpRequestMessage(request.Method, request.Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(request.Accept));
        if (config.Token is { } source)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await source.ReadAsync(fresh, cancellation)).Reveal());
        if (request.Body is { } body) message.Content = KubeJson.Content(body, request.ContentType);
        try
        {
            return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new KubeException($"{request.Doing}: cannot reach {config.Server}: {error.GetBaseException().Message}", true, error);
        }
    }

    static async Task<KubeException> ErrorAsync(KubeRequest request, HttpResponseMessage response, CancellationToken cancellation)
    {
        JsonObject? status = null;
        try
        {
            using var body = await ResponseBody.ReadAsync(response.Content, MaxErrorBytes, request.Doing, cancellation);
            status = JsonNode.Parse(body.Bytes.Span) as JsonObject;
        }
        catch (Exception error) when (error is JsonException or KubeException)
        {
            // A proxy's page instead of a Status: the HTTP code has to do.
        }
        return new KubeException(request.Doing, response.StatusCode, status, response.Headers.RetryAfter?.Delta);
    }
}
