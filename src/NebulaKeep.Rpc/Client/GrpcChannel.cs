using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using NebulaKeep.Core;
using NebulaKeep.Rpc.Framing;

namespace NebulaKeep.Rpc.Client;

/// <summary>
/// Calls the methods of one gRPC server over HTTP/2. Connections are opened when needed, shared by all calls and opened
/// again after they broke. Safe for concurrent use.
/// </summary>
public sealed class GrpcChannel : IDisposable
{
    readonly HttpMessageInvoker http;
    readonly GrpcConnection connection;
    readonly Uri root;
    readonly GrpcChannelOptions options;

    /// <summary>Makes a channel; nothing is sent yet.</summary>
    public GrpcChannel(HostAddress address, GrpcChannelOptions options)
    {
        Address = address;
        this.options = options;
        root = new Uri($"{(options.Tls is null ? "http" : "https")}://{address}");
        connection = new GrpcConnection(address, options);
        http = new HttpMessageInvoker(connection.Handler());
    }

    /// <summary>The server.</summary>
    public HostAddress Address { get; }

    /// <summary>One request, one answer.</summary>
    /// <param name="timeout">Deadline, sent to the server too; null: none.</param>
    /// <exception cref="GrpcStatusException">Every failure except the caller's own cancellation.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, TimeSpan? timeout, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        TResponse? answer = null;
        await foreach (var message in StreamAsync(method, request, timeout, cancellationToken))
        {
            if (answer is not null) throw new GrpcStatusException(GrpcStatusCode.Internal, $"{method.Path} answered more than once");
            answer = message;
        }

        return answer ?? throw new GrpcStatusException(GrpcStatusCode.Internal, $"{method.Path} ended without an answer");
    }

    /// <summary>One request, a stream of answers. Leaving the loop early cancels the call at the server.</summary>
    /// <inheritdoc cref="CallAsync"/>
    public async IAsyncEnumerable<TResponse> StreamAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, TimeSpan? timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var deadline = new CallDeadline(timeout, options.Clock, cancellationToken);
        using var response = await SendAsync(method, request, timeout, deadline);
        await using var body = await GuardAsync(() => response.Content.ReadAsStreamAsync(deadline.Token), deadline);
        while (await GuardAsync(() => NextAsync(body, method, response, deadline.Token), deadline) is { } message)
        {
            yield return message;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    async Task<HttpResponseMessage> SendAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, TimeSpan? timeout, CallDeadline deadline)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var message = Request(method.Path, request, timeout);
        var response = await GuardAsync(() => http.SendAsync(message, deadline.Token), deadline);
        try
        {
            GrpcResponse.CheckHeaders(response);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    HttpRequestMessage Request(string path, IMessage request, TimeSpan? timeout)
    {
        var content = new ByteArrayContent(MessageFrame.Encode(request));
        content.Headers.ContentType = new MediaTypeHeaderValue(GrpcHeader.ContentType);
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(root, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        message.Headers.TryAddWithoutValidation(GrpcHeader.AcceptEncoding, GrpcHeader.Identity);
        if (timeout is { } time) message.Headers.TryAddWithoutValidation(GrpcHeader.Timeout, GrpcTimeout.Encode(time));
        return message;
    }

    async Task<TResponse?> NextAsync<TRequest, TResponse>(
        Stream body, RpcMethod<TRequest, TResponse> method, HttpResponseMessage response, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var message = await MessageFrame.ReadAsync(body, method.ResponseParser, options.MaxResponseBytes, cancellationToken);
        if (message is null) GrpcResponse.CheckTrailers(response);
        return message;
    }

    /// <summary>Turns every failure of the transport into a status; the caller's cancellation stays what it is.</summary>
    async Task<T> GuardAsync<T>(Func<Task<T>> step, CallDeadline deadline)
    {
        try
        {
            return await step();
        }
        catch (OperationCanceledException e) when (deadline.Passed)
        {
            throw new GrpcStatusException(GrpcStatusCode.DeadlineExceeded, "no answer in time", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or HttpProtocolException)
        {
            throw TransportFailure.ToStatus(e, connection.Refusal, Address);
        }
    }
}
