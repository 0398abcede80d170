using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Server;

/// <summary>
/// The methods that a server has. A handler returns the response, or throws <see cref="ThriftApplicationException"/> to send that;
/// any other exception is logged and reaches the caller as an internal error without details.
/// </summary>
public sealed class ThriftHandlers
{
    readonly Dictionary<string, ThriftHandler> byName = new(StringComparer.Ordinal);

    /// <summary>Adds a method.</summary>
    /// <exception cref="ArgumentException">The method is there already.</exception>
    public ThriftHandlers On<TRequest, TResponse>(
        ThriftMethod<TRequest, TResponse> method, Func<TRequest, ThriftCallContext, CancellationToken, Task<TResponse>> handle)
    {
        byName.Add(method.Name, async (reader, context, cancellationToken) =>
        {
            var request = method.ReadArgs(reader);
            var response = await handle(request, context, cancellationToken);
            return writer => method.WriteResult(writer, response);
        });
        return this;
    }

    /// <summary>Adds a method that does not look at its caller.</summary>
    public ThriftHandlers On<TRequest, TResponse>(ThriftMethod<TRequest, TResponse> method,
        Func<TRequest, CancellationToken, Task<TResponse>> handle) =>
        On(method, (request, _, cancellationToken) => handle(request, cancellationToken));

    internal ThriftHandler? Find(string name) => byName.GetValueOrDefault(name);
}

/// <summary>Reads arguments, does the work, and gives back how to write the result struct.</summary>
delegate Task<Action<ThriftWriter>> ThriftHandler(ThriftReader arguments, ThriftCallContext context, CancellationToken cancellationToken);
