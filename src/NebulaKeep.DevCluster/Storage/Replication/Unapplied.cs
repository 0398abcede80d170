using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.DevCluster.Storage.Replication;

/// <summary>
/// The newest entries of a log, kept until they are applied so that files need not be read for them. Never without gaps and never more
/// than a bounded size: what it does not hold is read from the files.
/// </summary>
sealed class Unapplied
{
    const long MaxBytes = 16 << 20;
    readonly List<LogEntry> entries = [];
    long bytes;

    public void Add(IReadOnlyList<LogEntry> added)
    {
        if (added.Count == 0) return;
        bytes += added.Sum(entry => (long)entry.FileLength);
        if (bytes > MaxBytes || (entries.Count > 0 && entries[^1].Id + 1 != added[0].Id)) Clear();
        else entries.AddRange(added);
    }

    /// <summary>The entries from this one on, or null if they are not all here.</summary>
    public IReadOnlyList<LogEntry>? From(long firstId)
    {
        if (entries.Count == 0 || firstId < entries[0].Id || firstId > entries[^1].Id) return null;
        return entries.GetRange((int)(firstId - entries[0].Id), (int)(entries[^1].Id - firstId) + 1);
    }

    public void DropUpTo(long id)
    {
        var count = entries.TakeWhile(entry => entry.Id <= id).Count();
        bytes -= entries.Take(count).Sum(entry => (long)entry.FileLength);
        entries.RemoveRange(0, count);
        if (entries.Count == 0) bytes = 0;
    }

    public void Clear()
    {
        entries.Clear();
        bytes = 0;
    }
}
