using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.RocksDb;

namespace NebulaKeep.DevCluster.Meta.Store;

/// <summary>
/// metad's tables in RocksDB, in <c>&lt;data_path&gt;/nebula/0/data</c> (spec/cluster-layout.md §1.2). Reads need no lock; batches are atomic.
/// </summary>
sealed class MetaStore : IDisposable
{
    static readonly RocksOptions Options = new() { WriteBufferSize = 4L << 20 };
    readonly RocksDatabase database;

    MetaStore(RocksDatabase database, string directory) => (this.database, Directory) = (database, directory);

    /// <summary><c>&lt;data_path&gt;/nebula/0</c>.</summary>
    public string Directory { get; }

    public CommitPoint Committed
    {
        get
        {
            if (Get(MetaKeys.Commit) is not { } value) return default;
            var reader = new BytesReader(value);
            return new CommitPoint(reader.Int64(), reader.Int64());
        }
    }

    /// <exception cref="RocksDbException">The database cannot be opened, for example because another metad has it.</exception>
    public static MetaStore Open(string dataPath)
    {
        var directory = Path.Combine(dataPath, "nebula", "0");
        System.IO.Directory.CreateDirectory(directory);
        return new MetaStore(RocksDatabase.Open(Path.Combine(directory, "data"), Options), directory);
    }

    public byte[]? Get(byte[] key) => database.Get(key);

    /// <summary>The rows whose keys begin with the prefix, in key order; an empty prefix means all.</summary>
    public List<MetaRow> Scan(byte[] prefix)
    {
        var rows = new List<MetaRow>();
        using var cursor = database.ScanPrefix(prefix);
        while (cursor.MoveNext()) rows.Add(new MetaRow(cursor.Key.ToArray(), cursor.Value.ToArray()));
        return rows;
    }

    public List<MetaRow> Scan(string table) => Scan(MetaKeys.Of(table));

    /// <summary>Makes the changes and notes how far the store is, in one write.</summary>
    public void Apply(MetaBatch batch, CommitPoint point)
    {
        using var write = ToWrite(batch);
        write.Put(MetaKeys.Commit, MetaValues.CommitId(point.Id, point.Term));
        database.Write(write);
    }

    /// <summary>Makes the changes beside the replicated order, as restoreMeta does (spec/meta-thrift.md §7.7).</summary>
    public void ApplyLocally(MetaBatch batch)
    {
        using var write = ToWrite(batch);
        database.Write(write);
    }

    /// <summary>Makes the store equal to a copy of another.</summary>
    public void Replace(IReadOnlyList<MetaRow> rows)
    {
        using var write = new RocksBatch();
        foreach (var row in Scan([])) write.Delete(row.Key);
        foreach (var row in rows) write.Put(row.Key, row.Value);
        database.Write(write);
    }

    /// <summary>Takes over exported tables, all or none.</summary>
    /// <exception cref="RocksDbException">A file is missing, empty or broken, or two files overlap.</exception>
    public void Ingest(IReadOnlyList<string> files) => database.Ingest(files, moveFiles: false);

    public void CreateCheckpoint(string directory) => database.CreateCheckpoint(directory);

    public void Dispose() => database.Dispose();

    static RocksBatch ToWrite(MetaBatch batch)
    {
        var write = new RocksBatch();
        foreach (var (key, value) in batch.Changes)
        {
            if (value is null) write.Delete(key);
            else write.Put(key, value);
        }

        return write;
    }
}
