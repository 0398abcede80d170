using NebulaKeep.Agent.Guard;
using NebulaKeep.Core.Transfer;
using NebulaKeep.ObjectStore;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Agent.Transfer;

/// <summary>
/// Fetches files: each is written under a temporary name, compared with its size and digest, made durable, and only then
/// gets its name. The first failure ends all; what is complete by then stays.
/// </summary>
sealed class Downloader(DirectoryGuard guard, ByteRateLimiter limiter, TimeProvider clock)
{
    /// <summary>The events of a download; the store stays the caller's.</summary>
    public async IAsyncEnumerable<DownloadEvent> RunAsync(
        IObjectStore store, IReadOnlyCollection<DownloadItem> items, int concurrency, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Run(() => DownloadPlan.Check(items), cancellationToken);
        var progress = new TransferProgress(items.Count, items.Sum(item => item.Size));
        var events = EventStream.RunAsync<DownloadEvent>(
            (_, token) => FetchAllAsync(store, items, concurrency, progress, token), () => new DownloadEvent { Progress = progress.Current() }, clock, cancellationToken);
        await foreach (var e in events) yield return e;
        yield return new DownloadEvent { Summary = progress.Summary() };
    }

    async Task FetchAllAsync(IObjectStore store, IEnumerable<DownloadItem> items, int concurrency, TransferProgress progress, CancellationToken cancellationToken)
    {
        var folders = new TargetFolders(guard);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(concurrency, 1, Uploader.MaxConcurrency), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(items, options, async (item, token) =>
        {
            await new Download(guard, store, item, limiter, folders, progress).RunAsync(token);
            progress.AddFile();
        });
        folders.Flush();
    }
}
