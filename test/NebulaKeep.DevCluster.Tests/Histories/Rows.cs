using NebulaKeep.DevCluster.Codec;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.RocksDb;

namespace NebulaKeep.DevCluster.Tests.Histories;

/// <summary>What a partition of a space holds: user keys and values.</summary>
sealed class Rows : SortedDictionary<string, string>
{
    public Rows() : base(StringComparer.Ordinal)
    {
    }

    public Rows(Rows rows) : base(rows, StringComparer.Ordinal)
    {
    }

    /// <summary>What a replica holds once its log is committed to the end, as storaged does it after a start.</summary>
    /// <param name="engine">Folder with <c>data</c> and <c>wal</c>.</param>
    /// <returns>The rows and the last entry; null where the engine does not hold the partition.</returns>
    public static (Rows Rows, long Last)? OfReplica(RocksDatabase database, string engine, int partition)
    {
        if (database.Get(StorageKeys.PartMarker(partition)) is null) return null;
        var prefix = StorageKeys.Item(KeyType.KeyValue, partition);
        var rows = new Rows();
        using (var cursor = database.ScanPrefix(prefix))
            while (cursor.MoveNext()) rows[Convert.ToHexString(cursor.Key[prefix.Length..])] = Convert.ToHexString(cursor.Value);
        var committed = CommitMark.Parse(database.Get(StorageKeys.Commit(partition))).LogId;
        var log = Path.Combine(engine, "wal", partition.ToString(System.Globalization.CultureInfo.InvariantCulture));
        string[] files = Directory.Exists(log) ? [.. Directory.GetFiles(log).Order(StringComparer.Ordinal)] : [];
        foreach (var entry in files.SelectMany(WalFileReader.ReadEntries).Where(e => e.Id > committed))
        {
            // A gap would make a real storaged abort; what a file holds twice is the same.
            if (entry.Id > committed + 1) throw new InvalidOperationException($"entry {entry.Id} follows {committed} in {log}");
            committed = Math.Max(committed, entry.Id);
            if (entry.Message.Length > 0) rows.Apply(LogMessage.Parse(entry.Message), prefix);
        }

        return (rows, committed);
    }

    void Apply(LogMessage message, byte[] prefix)
    {
        foreach (var change in message.Changes.Where(c => c.Key.Span.StartsWith(prefix)))
            if (change.Kind == LogChangeKind.Put) this[Convert.ToHexString(change.Key.Span[prefix.Length..])] = Convert.ToHexString(change.Value.Span);
            else if (change.Kind == LogChangeKind.Remove) Remove(Convert.ToHexString(change.Key.Span[prefix.Length..]));
            else throw new NotSupportedException("ranges are not removed by these histories");
    }
}
