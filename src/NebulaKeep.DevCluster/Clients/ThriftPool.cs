using System.Collections.Concurrent;
using NebulaKeep.Core;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.DevCluster.Clients;

/// <summary>
/// Keeps connections to other daemons open between calls. A kept connection may have died since: its first failure is tried again once
/// on a new one. Failed connections are thrown away.
/// </summary>
sealed class ThriftPool(ThriftClientOptions options) : IAsyncDisposable
{
    const int MaxIdlePerHost = 16;
    readonly ConcurrentDictionary<HostAddress, ConcurrentBag<ThriftConnection>> idle = new();

    /// <exception cref="NebulaKeepException">The host cannot be reached or has no such method.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        HostAddress host, ThriftMethod<TRequest, TResponse> method, TRequest request, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (idle.GetOrAdd(host, _ => []).TryTake(out var kept))
        {
            try
            {
                return await CallOnAsync(kept, method, request, timeout, cancellationToken);
            }
            catch (ThriftTransportException e) when (e.Problem != TransportProblem.Timeout)
            {
                // The other side closed it while it was idle.
            }
        }

        var connection = await ThriftConnection.ConnectAsync(host, options, cancellationToken);
        return await CallOnAsync(connection, method, request, timeout, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in idle.Values.SelectMany(bag => bag)) await connection.DisposeAsync();
    }

    async Task<TResponse> CallOnAsync<TRequest, TResponse>(
        ThriftConnection connection, ThriftMethod<TRequest, TResponse> method, TRequest request, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.CallAsync(method, request, timeout, cancellationToken);
        }
        finally
        {
            var bag = idle.GetOrAdd(connection.Address, _ => []);
            if (connection.IsBroken || bag.Count >= MaxIdlePerHost) await connection.DisposeAsync();
            else bag.Add(connection);
        }
    }
}
