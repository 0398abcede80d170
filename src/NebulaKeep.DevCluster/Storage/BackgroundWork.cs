using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Storage.Replication;

namespace NebulaKeep.DevCluster.Storage;

/// <summary>What a storaged does by itself: reports, begins to lead, keeps replicas up to date, removes old logs.</summary>
sealed partial class BackgroundWork(StorageNode node, Reporter reporter, StorageOptions options, ILogger logger) : IDisposable
{
    /// <summary>How often partitions that cannot lead yet try again, and how often a server that metad has not taken in reports.</summary>
    static readonly TimeSpan Eagerly = TimeSpan.FromMilliseconds(250);

    readonly SemaphoreSlim leadsMore = new(0, 1);

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        UntilCancelledAsync(ReportAsync, cancellationToken),
        UntilCancelledAsync(BeginToLeadAsync, cancellationToken),
        UntilCancelledAsync(token => EveryAsync(options.RaftHeartbeatInterval, partition => partition.HeartbeatAsync(token), token), cancellationToken),
        UntilCancelledAsync(token => EveryAsync(options.CleanWalInterval, partition => partition.RemoveOldLogAsync(options.WalTtl, token), token), cancellationToken));

    /// <inheritdoc/>
    public void Dispose() => leadsMore.Dispose();

    async Task ReportAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await reporter.ReportAsync(cancellationToken);
            // New leaders are reported at once, so that a space is usable as soon as it was created.
            await leadsMore.WaitAsync(node.HasJoined ? options.HeartbeatInterval : Eagerly, cancellationToken);
        }
    }

    async Task BeginToLeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var waiting = node.Stores.Partitions.Where(partition => partition is { IsLeader: true, IsReady: false }).ToList();
            await Task.WhenAll(waiting.Select(partition => TryAsync(partition, p => p.EnsureLeadingAsync(cancellationToken))));
            if (waiting.Any(partition => partition.IsReady) && leadsMore.CurrentCount == 0) leadsMore.Release();
            await Task.Delay(Eagerly, node.Time, cancellationToken);
        }
    }

    async Task EveryAsync(TimeSpan interval, Func<Partition, Task> work, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, node.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
            await Task.WhenAll(node.Stores.Partitions.ToList().Select(partition => TryAsync(partition, work)));
    }

    /// <summary>A partition that fails, for example on a full disk, is tried again the next time and does not hold up the others.</summary>
    async Task TryAsync(Partition partition, Func<Partition, Task> work)
    {
        try
        {
            await work(partition);
        }
        catch (Exception e) when (e is NebulaKeepException or IOException)
        {
            LogFailed(logger, partition.Engine.SpaceId, partition.Id, e.Message);
        }
    }

    static async Task UntilCancelledAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    [LoggerMessage(LogLevel.Error, "Space {Space} partition {Partition}: {Reason}")]
    static partial void LogFailed(ILogger logger, int space, int partition, string reason);
}
