using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Storage.Catalog;
using NebulaKeep.DevCluster.Storage.Engine;
using NebulaKeep.DevCluster.Storage.Replication;

namespace NebulaKeep.DevCluster.Storage;

/// <summary>
/// The spaces of this server and how it learns of new ones: at every report to metad, and at once when a call names something that it does
/// not know, so that a space can be used as soon as it was created.
/// </summary>
sealed partial class StorageNode(SpaceStores stores, IMetaSource meta, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Calls for things that do not exist must not become a flood at metad.</summary>
    static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(100);

    readonly SemaphoreSlim gate = new(1, 1);
    readonly TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    DateTimeOffset refreshedAt = DateTimeOffset.MinValue;

    public SpaceStores Stores => stores;

    public TimeProvider Time => time;

    /// <summary>Ends, with the reason, when the server must not go on.</summary>
    public Task Failure => failed.Task;

    /// <summary>False until metad took this server in; nothing is asked of metad before.</summary>
    public bool HasJoined { get; set; }

    /// <summary>The space, or null if metad does not place it here.</summary>
    public async Task<SpaceStore?> FindAsync(int space, CancellationToken cancellationToken)
    {
        if (stores.Find(space) is { } known) return known;
        await RefreshIfStaleAsync(cancellationToken);
        return stores.Find(space);
    }

    /// <summary>The replica, or null if metad does not place it here.</summary>
    public async Task<Partition?> FindAsync(int space, int part, CancellationToken cancellationToken)
    {
        if (stores.Find(space)?.Partitions.GetValueOrDefault(part) is { } known) return known;
        await RefreshIfStaleAsync(cancellationToken);
        return stores.Find(space)?.Partitions.GetValueOrDefault(part);
    }

    /// <summary>Asks metad for spaces and schemas unless that was just done; a metad that does not answer leaves everything as it is.</summary>
    public async Task RefreshIfStaleAsync(CancellationToken cancellationToken)
    {
        if (!HasJoined) return;
        try
        {
            await gate.WaitAsync(cancellationToken);
            try
            {
                if (time.GetUtcNow() - refreshedAt >= LeastInterval) await RefreshAsync(cancellationToken);
            }
            finally
            {
                gate.Release();
            }
        }
        catch (NebulaKeepException e) when (e is not StorageException || !failed.Task.IsCompleted)
        {
            LogRefreshFailed(logger, e.Message);
        }
    }

    /// <summary>Closes all spaces once no refresh is under way.</summary>
    public async Task CloseAsync(bool abandon)
    {
        HasJoined = false;
        await gate.WaitAsync(CancellationToken.None);
        await stores.CloseAsync(abandon);
        gate.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (!HasJoined || failed.Task.IsCompleted) return;
        var spaces = await meta.ReadSpacesAsync(cancellationToken);
        try
        {
            await stores.ReconcileAsync(spaces);
            refreshedAt = time.GetUtcNow();
        }
        catch (NebulaKeepException e)
        {
            LogMustStop(logger, e.Message);
            failed.TrySetException(e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Asking metad for spaces failed, what is known stays: {Reason}")]
    static partial void LogRefreshFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Critical, "This server cannot go on: {Reason}")]
    static partial void LogMustStop(ILogger logger, string reason);
}
