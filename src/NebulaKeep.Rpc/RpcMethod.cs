using Google.Protobuf;

namespace NebulaKeep.Rpc;

/// <summary>A method as both ends know it: its path and how its messages are parsed.</summary>
/// <param name="Service">Full name of the service, for example <c>proto.AgentService</c>.</param>
/// <param name="Name">Name of the method.</param>
/// <param name="RequestParser">Parses what the client sends.</param>
/// <param name="ResponseParser">Parses what the server sends, once or many times.</param>
public sealed record RpcMethod<TRequest, TResponse>(
    string Service, string Name, MessageParser<TRequest> RequestParser, MessageParser<TResponse> ResponseParser)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>gRPC's usual limit for a request, 4 MiB.</summary>
    public const int DefaultMaxRequestBytes = 4 << 20;

    /// <summary>The longest request a server accepts, in bytes.</summary>
    public int MaxRequestBytes { get; init; } = DefaultMaxRequestBytes;

    /// <summary>The HTTP/2 path.</summary>
    public string Path => $"/{Service}/{Name}";
}
