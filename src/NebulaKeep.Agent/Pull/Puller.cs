using Microsoft.Extensions.Logging;
using NebulaKeep.Agent.Files;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Agent.Registration;
using NebulaKeep.Agent.Transfer;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Restores.Pulls;
using NebulaKeep.Backup.Roots;
using NebulaKeep.Core;
using NebulaKeep.Core.Transfer;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Agent.Pull;

/// <summary>
/// Fetches what one host of a new cluster needs, before its daemon starts for the first time. It can be run again at any time: an interrupted
/// run is gone on with, a finished one is not repeated.
/// </summary>
sealed partial class Puller(PullSettings settings, Func<StoreSettings, IObjectStore> open, TimeProvider clock, ILogger log)
{
    /// <summary>A file system makes it.</summary>
    const string LostAndFound = "lost+found";

    // The data paths themselves are not there yet: they are made in the volumes, which are.
    readonly DirectoryGuard guard = new(new HostDirectories([.. settings.DataPaths.Select(path => Path.GetDirectoryName(path)!).Distinct(StringComparer.Ordinal)], []));

    string First => settings.DataPaths[0];

    /// <summary>Returns when all is there.</summary>
    /// <exception cref="NebulaKeepException">It cannot be; the message says why.</exception>
    public async Task RunAsync(PullPlan plan, CancellationToken cancellationToken)
    {
        var mark = PullMark.Read(First);
        var step = PullDecision.Decide(plan, mark, mark is null ? Found() : null);
        if (step == PullStep.Nothing)
        {
            LogNothing(plan.Backup);
            if (plan.IsComplete) RemoveTables();
            return;
        }

        var store = open(settings.Store());
        await using var closing = store;
        if (await new RootGate(store, clock).OpenAsync(null, cancellationToken) is { } seal) store = SealedStore.Wrap(store, seal);
        var items = await ItemsAsync(plan, store, cancellationToken);
        Begin(plan, step, items);
        await FetchAsync(plan, store, items, cancellationToken);
        new PullMark(plan.Restore, plan.Backup, IsDone: true).Write(First);
    }

    async Task<IReadOnlyList<Transfer.DownloadItem>> ItemsAsync(PullPlan plan, IObjectStore store, CancellationToken cancellationToken)
    {
        // The whole was looked at before the plan was made; each host sees to its own part.
        var part = settings.IsMetad ? PullPlanner.MetaPrefix : PullPlanner.PrefixOf(plan, settings.Ordinal);
        var backup = await new BackupContentsReader(store).ReadPartAsync(BackupName.Parse(plan.Backup), part is null ? [] : [part], cancellationToken);
        var items = settings.IsMetad ? PullPlanner.ForMetad(plan, backup, First) : PullPlanner.ForStoraged(plan, backup, settings.Ordinal, settings.DataPaths);
        return [.. items.Select(item => new Transfer.DownloadItem(item.Key, guard.BelowData(item.Target), item.Size, item.Sha256))];
    }

    /// <summary>From here on what lies in the data paths is known to be this restore's.</summary>
    void Begin(PullPlan plan, PullStep step, IReadOnlyList<Transfer.DownloadItem> items)
    {
        var folders = new TargetFolders(guard);
        foreach (var path in settings.DataPaths) folders.Ensure(path);
        folders.Flush();
        if (step == PullStep.Begin) new PullMark(plan.Restore, plan.Backup, IsDone: false).Write(First);
        // Without a digest nothing proves what lies there; no daemon has seen it.
        foreach (var item in items.Where(item => item.Sha256 is null))
            using (var held = guard.Hold(item.Target))
                held?.Use(File.Delete);
    }

    async Task FetchAsync(PullPlan plan, IObjectStore store, IReadOnlyList<Transfer.DownloadItem> items, CancellationToken cancellationToken)
    {
        var bytes = ByteSize.Format(items.Sum(item => item.Size));
        LogBegins(items.Count, bytes, store.Location);
        var downloader = new Downloader(guard, new ByteRateLimiter(settings.BytesPerSecond, clock), clock);
        var (next, period) = (clock.GetUtcNow(), TimeSpan.FromSeconds(10));
        await foreach (var happened in downloader.RunAsync(store, items, plan.Concurrency, cancellationToken))
        {
            if (happened.Progress is not { } progress || clock.GetUtcNow() < next) continue;
            next = clock.GetUtcNow() + period;
            var done = ByteSize.Format(progress.BytesDone);
            LogProgress(progress.FilesDone, progress.FilesTotal, done, bytes);
        }
        LogDone(items.Count);
    }

    string? Found() => settings.DataPaths.Where(Directory.Exists).SelectMany(Directory.EnumerateFileSystemEntries)
        .FirstOrDefault(entry => Path.GetFileName(entry) is not LostAndFound && !Path.GetFileName(entry).StartsWith(PullMark.FileName, StringComparison.Ordinal));

    /// <summary>metad's tables have been taken in; those of calls that were not needed are left.</summary>
    void RemoveTables()
    {
        if (!settings.IsMetad) return;
        using var held = guard.Hold($"{First}/{PullPlanner.TableFolder}");
        if (held?.Stat() is { Kind: FileKind.Directory }) held.Use(path => Directory.Delete(path, recursive: true));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Nothing to fetch of {Backup}: this host has all, or the restore is over")]
    partial void LogNothing(string backup);

    [LoggerMessage(Level = LogLevel.Information, Message = "Fetching {Files} files, {Bytes}, from {Store}")]
    partial void LogBegins(int files, string bytes, string store);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Files} of {FilesTotal} files, {Bytes} of {BytesTotal}")]
    partial void LogProgress(long files, long filesTotal, string bytes, string bytesTotal);

    [LoggerMessage(Level = LogLevel.Information, Message = "All {Files} files are there and right")]
    partial void LogDone(int files);
}
