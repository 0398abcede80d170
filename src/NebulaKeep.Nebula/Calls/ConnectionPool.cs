using System.Collections.Concurrent;
using NebulaKeep.Core;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.Nebula.Calls;

/// <summary>Idle connections by address. A connection carries one call at a time, so concurrent calls get one each.</summary>
sealed class ConnectionPool(ThriftClientOptions options, Func<ThriftConnection, CancellationToken, Task> greet) : IAsyncDisposable
{
    const int MaxIdlePerAddress = 4;
    readonly ConcurrentDictionary<HostAddress, ConcurrentBag<ThriftConnection>> idle = new();
    volatile bool disposed;

    /// <summary>Takes an idle connection or, if there is none or a fresh one is wanted, opens and greets one.</summary>
    internal async Task<ThriftConnection> TakeAsync(HostAddress address, bool fresh, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (!fresh && idle.TryGetValue(address, out var bag) && bag.TryTake(out var connection)) return connection;
        var opened = await ThriftConnection.ConnectAsync(address, options, cancellationToken);
        try
        {
            await greet(opened, cancellationToken);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gives a connection back; a broken one is closed, and so are the other idle ones of its address.</summary>
    internal async Task GiveBackAsync(ThriftConnection connection)
    {
        var bag = idle.GetOrAdd(connection.Address, _ => []);
        if (!connection.IsBroken && !disposed && bag.Count < MaxIdlePerAddress)
        {
            bag.Add(connection);
            return;
        }
        var broken = connection.IsBroken;
        await connection.DisposeAsync();
        if (broken) await EmptyAsync(bag);
    }

    public async ValueTask DisposeAsync()
    {
        disposed = true;
        foreach (var bag in idle.Values) await EmptyAsync(bag);
    }

    static async Task EmptyAsync(ConcurrentBag<ThriftConnection> bag)
    {
        while (bag.TryTake(out var connection)) await connection.DisposeAsync();
    }
}
