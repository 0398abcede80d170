using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Storage.Engine;
using NebulaKeep.DevCluster.Storage.Replication;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Storage.Service;

/// <summary>Does a request's work on each of its partitions and collects those that failed (spec/graph-service.md §9).</summary>
sealed partial class PartRunner(StorageNode node, ILogger logger)
{
    public StorageNode Node => node;

    /// <summary>Does the work on all partitions at once.</summary>
    public async Task<ResponseCommon> RunAsync<T>(
        int space, IReadOnlyDictionary<int, T> parts, Func<SpaceStore, Partition, T, CancellationToken, Task<ErrorCode>> work, CancellationToken cancellationToken)
    {
        var started = node.Time.GetTimestamp();
        var failures = new ConcurrentBag<PartitionResult>();
        await Task.WhenAll(parts.Select(async part =>
        {
            if (await RunOneAsync(space, part.Key, (store, partition) => work(store, partition, part.Value, cancellationToken), cancellationToken) is { } failure)
                failures.Add(failure);
        }));
        return Result(failures, started);
    }

    /// <summary>Does the work on one partition after the other, for answers that have an order.</summary>
    public async Task<ResponseCommon> RunInOrderAsync<T>(
        int space, IReadOnlyDictionary<int, T> parts, Func<SpaceStore, Partition, T, CancellationToken, Task<ErrorCode>> work, CancellationToken cancellationToken)
    {
        var started = node.Time.GetTimestamp();
        var failures = new List<PartitionResult>();
        foreach (var (part, items) in parts.OrderBy(part => part.Key))
            if (await RunOneAsync(space, part, (store, partition) => work(store, partition, items, cancellationToken), cancellationToken) is { } failure)
                failures.Add(failure);
        return Result(failures, started);
    }

    /// <summary>E_LEADER_CHANGED unless this replica leads and is ready.</summary>
    public static async Task<ErrorCode> LeadsAsync(Partition partition, CancellationToken cancellationToken) =>
        await partition.EnsureLeadingAsync(cancellationToken) ? ErrorCode.SUCCEEDED : ErrorCode.E_LEADER_CHANGED;

    async Task<PartitionResult?> RunOneAsync(int space, int part, Func<SpaceStore, Partition, Task<ErrorCode>> work, CancellationToken cancellationToken)
    {
        var partition = await node.FindAsync(space, part, cancellationToken);
        var store = node.Stores.Find(space);
        if (store is null) return Failed(ErrorCode.E_SPACE_NOT_FOUND, part, null);
        if (partition is null) return Failed(ErrorCode.E_PART_NOT_FOUND, part, null);
        var code = await CodeAsync(store, partition, work);
        return code == ErrorCode.SUCCEEDED ? null : Failed(code, part, partition);
    }

    async Task<ErrorCode> CodeAsync(SpaceStore store, Partition partition, Func<SpaceStore, Partition, Task<ErrorCode>> work)
    {
        try
        {
            return await work(store, partition);
        }
        catch (NebulaKeepException e) when (CodedException.CodeOf(e) is { } code)
        {
            LogRefused(logger, store.Info.Id, partition.Id, code, e.Message);
            return code;
        }
        catch (NebulaKeepException e)
        {
            LogFailed(logger, store.Info.Id, partition.Id, e);
            return ErrorCode.E_STORE_FAILURE;
        }
    }

    /// <summary>With the leader's address where another server leads; without one while this server's own lead has not begun.</summary>
    static PartitionResult Failed(ErrorCode code, int part, Partition? partition) => new()
    {
        Code = code,
        PartId = part,
        Leader = code == ErrorCode.E_LEADER_CHANGED && partition is { IsLeader: false } ? HostAddr.Of(partition.Leader) : null,
    };

    ResponseCommon Result(IEnumerable<PartitionResult> failures, long started) => new()
    {
        FailedParts = [.. failures.OrderBy(failure => failure.PartId)],
        LatencyInUs = (long)node.Time.GetElapsedTime(started).TotalMicroseconds,
    };

    [LoggerMessage(LogLevel.Information, "Space {Space} partition {Partition}: {Code}: {Reason}")]
    static partial void LogRefused(ILogger logger, int space, int partition, ErrorCode code, string reason);

    [LoggerMessage(LogLevel.Error, "Space {Space} partition {Partition} failed")]
    static partial void LogFailed(ILogger logger, int space, int partition, Exception exception);
}
