using System.Collections.Concurrent;
using NebulaKeep.Backup.Progress;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Verification;

/// <summary>
/// Level checksum: reads objects back and compares them. No store's own checksum stands in for that: an entity tag is what the
/// store computed when the object came, not what its disks hold now, and of objects sent in parts it is not even of the content.
/// </summary>
sealed class ContentCheck(IObjectStore store, TimeProvider clock, IBackupObserver observer)
{
    readonly ContentReader reader = new(store);

    /// <summary>Reads all objects, some at once.</summary>
    /// <exception cref="ObjectStoreException">The store cannot be used: that says nothing about the backup.</exception>
    public async Task<IReadOnlyList<Finding>> RunAsync(IReadOnlyList<ExpectedObject> objects, int concurrency, CancellationToken cancellationToken)
    {
        var findings = new ConcurrentQueue<Finding>();
        var meter = new TransferMeter(clock, observer);
        var (total, files, bytes) = (objects.Sum(o => o.Size ?? 0), 0L, 0L);
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(objects, options, async (one, token) =>
        {
            if (await reader.ReadAsync(one, Stream.Null, token) is { } finding) findings.Enqueue(finding);
            meter.Report(default, Interlocked.Increment(ref files), objects.Count, Interlocked.Add(ref bytes, one.Size ?? 0), total);
        });
        return [.. findings];
    }
}
