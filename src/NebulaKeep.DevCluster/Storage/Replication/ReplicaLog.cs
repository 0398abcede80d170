using Microsoft.Extensions.Logging;
using NebulaKeep.DevCluster.Codec;
using NebulaKeep.DevCluster.Storage.Engine;
using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.RocksDb;

namespace NebulaKeep.DevCluster.Storage.Replication;

/// <summary>
/// A partition's log with the engine that its entries are applied to. For one caller at a time; <see cref="Partition"/> locks.
/// </summary>
sealed partial class ReplicaLog : IDisposable
{
    readonly SpaceEngine engine;
    readonly PartitionWal wal;
    readonly RocksBatch batch = new();
    readonly byte[] commitKey;
    readonly Unapplied unapplied = new();

    /// <summary>Opens the log and compares it with the engine (spec/cluster-layout.md §4.4).</summary>
    /// <exception cref="StorageException">Entries between the two are missing: going on would lose them.</exception>
    public ReplicaLog(SpaceEngine engine, int partition, PartitionWal wal, ILogger logger)
    {
        (this.engine, this.wal, Partition) = (engine, wal, partition);
        commitKey = StorageKeys.Commit(partition);
        Committed = CommitMark.Parse(engine.Database.Get(commitKey));
        switch (LogStarts.Decide(Committed.LogId, wal.FirstId, wal.LastId))
        {
            case LogStart.Reset when wal.LastId > 0:
                LogReset(logger, wal.Directory, wal.LastId, Committed.LogId);
                wal.Reset();
                break;
            case LogStart.Gap:
                throw new StorageException(
                    $"Space {engine.SpaceId} partition {partition}: the data holds log entries up to {Committed.LogId}, but the log in {wal.Directory} " +
                    $"starts with {wal.FirstId}. Entries between are lost; put the missing files there, or restore a complete backup");
        }
    }

    public int Partition { get; }

    /// <summary>How far entries are applied.</summary>
    public CommitMark Committed { get; private set; }

    /// <summary>The end of the log.</summary>
    public LogPosition Last => wal.LastId == 0 ? new LogPosition(Committed.LogId, Committed.Term) : new LogPosition(wal.LastId, wal.LastTerm);

    /// <summary>Id of the oldest entry that can still be sent to others; what comes before is in the engine only.</summary>
    public long FirstId => wal.FirstId == 0 ? Committed.LogId + 1 : wal.FirstId;

    public void Append(IReadOnlyList<LogEntry> entries)
    {
        wal.Append(entries);
        unapplied.Add(entries);
    }

    /// <summary>The entries from this one on; those not applied yet are usually still in memory.</summary>
    public IEnumerable<LogEntry> ReadFrom(long firstId) => unapplied.From(firstId) ?? wal.ReadFrom(firstId);

    /// <summary>The term of an entry; null where the log does not reach back to it.</summary>
    public long? TermAt(long id)
    {
        if (id == Last.Id) return Last.Term;
        if (id == Committed.LogId) return Committed.Term;
        foreach (var entry in wal.ReadFrom(id))
            return entry.Id == id ? entry.Term : null;
        return null;
    }

    /// <summary>Applies entries up to this one, each in one write with the commit mark.</summary>
    public void Apply(long upToId)
    {
        var target = Math.Min(upToId, Last.Id);
        if (target <= Committed.LogId) return;
        foreach (var entry in ReadFrom(Committed.LogId + 1).TakeWhile(entry => entry.Id <= target)) ApplyOne(entry);
        unapplied.DropUpTo(Committed.LogId);
    }

    /// <summary>Removes entries after this one; never what is applied.</summary>
    public void RollBackTo(long id)
    {
        unapplied.Clear();
        wal.RollBackTo(Math.Max(id, Committed.LogId));
    }

    /// <summary>Forgets log and data of the partition, before a copy of another replica comes.</summary>
    public void Clear()
    {
        wal.Reset();
        unapplied.Clear();
        batch.Clear();
        foreach (var type in DataTypes)
        {
            var prefix = StorageKeys.Item(type, Partition);
            batch.DeleteRange(prefix, KeyRange.EndOfPrefix(prefix));
        }
        Commit(default);
    }

    /// <summary>Takes a part of a copy; the commit mark comes with the last part.</summary>
    public void Load(IReadOnlyList<LogChange> rows, CommitMark? mark)
    {
        batch.Clear();
        foreach (var row in rows) batch.Put(row.Key.Span, row.Value.Span);
        Commit(mark ?? Committed);
    }

    /// <summary>All keys and values of the partition, in key order of each type.</summary>
    public IEnumerable<LogChange> ReadData()
    {
        foreach (var type in DataTypes)
        {
            using var cursor = engine.Database.ScanPrefix(StorageKeys.Item(type, Partition));
            while (cursor.MoveNext()) yield return new LogChange(LogChangeKind.Put, cursor.Key.ToArray(), cursor.Value.ToArray());
        }
    }

    /// <summary>Links the log into a checkpoint.</summary>
    public void LinkInto(string directory) => wal.LinkInto(directory);

    public void RemoveOldFiles(TimeSpan age) => wal.RemoveOld(Committed.LogId, age);

    /// <summary>Lets go of everything as a crash would.</summary>
    public void Abandon()
    {
        wal.Abandon();
        batch.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        wal.Dispose();
        batch.Dispose();
    }

    static readonly KeyType[] DataTypes = [KeyType.Tag, KeyType.Edge, KeyType.Index, KeyType.KeyValue, KeyType.Vertex];

    void ApplyOne(LogEntry entry)
    {
        batch.Clear();
        if (entry.Message.Length > 0)
            foreach (var change in LogMessage.Parse(entry.Message).Changes)
                Add(change);
        Commit(new CommitMark(entry.Id, entry.Term));
    }

    void Add(LogChange change)
    {
        switch (change.Kind)
        {
            case LogChangeKind.Put: batch.Put(change.Key.Span, change.Value.Span); break;
            case LogChangeKind.Remove: batch.Delete(change.Key.Span); break;
            default: batch.DeleteRange(change.Key.Span, change.Value.Span); break;
        }
    }

    void Commit(CommitMark mark)
    {
        batch.Put(commitKey, mark.ToBytes());
        engine.Database.Write(batch);
        Committed = mark;
    }

    [LoggerMessage(LogLevel.Warning, "The log in {Directory} ends with {LastId}, before the data, which holds entries up to {CommittedId}: reset")]
    static partial void LogReset(ILogger logger, string directory, long lastId, long committedId);
}
