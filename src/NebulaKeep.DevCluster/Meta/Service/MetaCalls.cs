using NebulaKeep.Nebula.Common;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Server;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>Puts handlers behind methods: leader-only calls are refused elsewhere, and codes become responses.</summary>
sealed class MetaCalls(MetaContext context, ThriftHandlers handlers)
{
    /// <summary>A call that only the leader answers. <paramref name="failed"/> makes the response of a code and the leader to turn to.</summary>
    public MetaCalls OnLeader<TRequest, TResponse>(
        ThriftMethod<TRequest, TResponse> method,
        Func<TRequest, CancellationToken, Task<TResponse>> handle,
        Func<ErrorCode, HostAddr, TResponse> failed)
    {
        handlers.On(method, (request, cancellationToken) => AnswerAsync(() => IfLeading(request, handle, cancellationToken), failed));
        return this;
    }

    /// <summary>As above, for a call that only reads.</summary>
    public MetaCalls OnLeader<TRequest, TResponse>(
        ThriftMethod<TRequest, TResponse> method, Func<TRequest, TResponse> read, Func<ErrorCode, HostAddr, TResponse> failed) =>
        OnLeader(method, (request, _) => Task.FromResult(read(request)), failed);

    /// <summary>A call that every metad answers for itself.</summary>
    public MetaCalls OnAny<TRequest, TResponse>(
        ThriftMethod<TRequest, TResponse> method,
        Func<TRequest, CancellationToken, Task<TResponse>> handle,
        Func<ErrorCode, HostAddr, TResponse> failed)
    {
        handlers.On(method, (request, cancellationToken) => AnswerAsync(() => handle(request, cancellationToken), failed));
        return this;
    }

    Task<TResponse> IfLeading<TRequest, TResponse>(
        TRequest request, Func<TRequest, CancellationToken, Task<TResponse>> handle, CancellationToken cancellationToken) =>
        context.Group.IsReady ? handle(request, cancellationToken) : throw new MetaErrorException(ErrorCode.E_LEADER_CHANGED);

    async Task<TResponse> AnswerAsync<TResponse>(Func<Task<TResponse>> handle, Func<ErrorCode, HostAddr, TResponse> failed)
    {
        try
        {
            return await handle();
        }
        catch (MetaErrorException e)
        {
            return failed(e.Code, e.Code == ErrorCode.E_LEADER_CHANGED ? context.Group.KnownLeader.ToWire() : HostAddr.Empty);
        }
    }
}
