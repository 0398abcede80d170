using System.Collections.Concurrent;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Verification.Deep;

/// <summary>Downloads units into the scratch folder and compares what comes with what was stored.</summary>
/// <param name="store">The store.</param>
/// <param name="objects">What is known of each object that is there, by key.</param>
/// <param name="progress">Hears of each file, once.</param>
/// <param name="concurrency">Files at once.</param>
sealed class Fetcher(IObjectStore store, IReadOnlyDictionary<string, ExpectedObject> objects, FileMeter progress, int concurrency)
{
    readonly ConcurrentDictionary<string, Finding?> read = new(StringComparer.Ordinal);

    /// <summary>What was found in objects that were read so far, each named once however many files use it.</summary>
    public IEnumerable<Finding> Findings => read.Values.OfType<Finding>();

    /// <summary>Keys of objects that were read so far.</summary>
    public IEnumerable<string> Keys => read.Keys;

    /// <summary>Fetches the files of a unit.</summary>
    /// <returns>The files that came and are what was stored, by their path in the unit.</returns>
    /// <exception cref="ObjectStoreException">The store cannot be used.</exception>
    /// <exception cref="NebulaKeepException">The scratch folder ran full.</exception>
    public async Task<IReadOnlyDictionary<string, string>> FetchAsync(Unit unit, ScratchFolder folder, CancellationToken cancellationToken)
    {
        var good = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(unit.Files, options, async (file, token) =>
        {
            if (objects.TryGetValue(file.Value.Key, out var one) && await FetchAsync(one, folder.MakePath(file.Key), token)) good[file.Key] = folder.MakePath(file.Key);
            progress.Add(file.Value.Size);
        });
        return good;
    }

    async Task<bool> FetchAsync(ExpectedObject one, string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            var finding = await new ContentReader(store).ReadAsync(one, file, cancellationToken);
            read[one.Key] = finding;
            return finding is null;
        }
        catch (IOException e)
        {
            throw new NebulaKeepException($"Writing to the scratch folder failed: {e.Message} Give it more room, or name another with --scratch.", e);
        }
    }
}

/// <summary>Counts files and bytes for the observer.</summary>
sealed class FileMeter(TransferMeter meter, long files, long bytes)
{
    long filesDone;
    long bytesDone;

    /// <summary>One file is done.</summary>
    public void Add(long size) => meter.Report(default, Interlocked.Increment(ref filesDone), files, Interlocked.Add(ref bytesDone, size), bytes);
}
