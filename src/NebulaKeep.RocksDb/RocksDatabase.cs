using System.Runtime.InteropServices;
using NebulaKeep.RocksDb.Native;

namespace NebulaKeep.RocksDb;

/// <summary>
/// One open RocksDB database with its single column family. Safe for use by several threads at once, apart from <see cref="Dispose"/>.
/// Every failure is a <see cref="RocksDbException"/> that names the path.
/// </summary>
public sealed class RocksDatabase : IDisposable
{
    readonly DatabaseHandle handle;
    readonly ReadOptionsHandle readOptions = NativeMethods.rocksdb_readoptions_create();
    readonly WriteOptionsHandle writeOptions = NativeMethods.rocksdb_writeoptions_create();

    RocksDatabase(string path, DatabaseHandle handle)
    {
        Path = path;
        this.handle = handle;
    }

    /// <summary>The directory of the database.</summary>
    public string Path { get; }

    /// <summary>Sees that RocksDB's library is there, for callers who would take its absence for a damaged database.</summary>
    /// <exception cref="RocksDbException">It is not; the message names the package to install.</exception>
    public static void RequireLibrary() => LibraryLoader.Require();

    /// <summary>Opens for reading and writing; one process at a time can. Replays RocksDB's own log.</summary>
    public static RocksDatabase Open(string path, RocksOptions options)
    {
        using var native = options.ToHandle();
        nint error = 0;
        var opened = NativeMethods.rocksdb_open(native, path, ref error);
        NativeError.Check(error, "Opening the database", path);
        return new RocksDatabase(path, opened);
    }

    /// <summary>Opens for reading without changing a byte; the log's entries are seen as well. Changes made later by others are not.</summary>
    public static RocksDatabase OpenReadOnly(string path, RocksOptions options)
    {
        using var native = (options with { CreateIfMissing = false }).ToHandle();
        nint error = 0;
        var opened = NativeMethods.rocksdb_open_for_read_only(native, path, 0, ref error);
        NativeError.Check(error, "Opening the database read-only", path);
        return new RocksDatabase(path, opened);
    }

    /// <summary>The value of a key, or null.</summary>
    public byte[]? Get(ReadOnlySpan<byte> key)
    {
        nint error = 0;
        var pointer = NativeMethods.rocksdb_get(handle, readOptions, key, (nuint)key.Length, out var length, ref error);
        NativeError.Check(error, "Reading a key", Path);
        if (pointer == 0) return null;
        try
        {
            return NativeBytes.View(pointer, length).ToArray();
        }
        finally
        {
            NativeMethods.rocksdb_free(pointer);
        }
    }

    /// <summary>Gives a key a value.</summary>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        using var batch = new RocksBatch();
        batch.Put(key, value);
        Write(batch);
    }

    /// <summary>Removes a key. A key that is not there is no error.</summary>
    public void Delete(ReadOnlySpan<byte> key)
    {
        using var batch = new RocksBatch();
        batch.Delete(key);
        Write(batch);
    }

    /// <summary>Removes all keys from <paramref name="start"/> on, before <paramref name="end"/>.</summary>
    public void DeleteRange(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        using var batch = new RocksBatch();
        batch.DeleteRange(start, end);
        Write(batch);
    }

    /// <summary>Takes over all changes of the batch or none. They survive the death of the process, not a power cut.</summary>
    public void Write(RocksBatch batch)
    {
        nint error = 0;
        NativeMethods.rocksdb_write(handle, writeOptions, batch.Handle, ref error);
        NativeError.Check(error, "Writing", Path);
    }

    /// <summary>
    /// A cursor over the keys from <paramref name="lower"/> on, before <paramref name="upper"/> (empty: to the end), in key order,
    /// of the state at this moment. It must be disposed before the database's files can be given up.
    /// </summary>
    public RocksCursor Scan(ReadOnlySpan<byte> lower, ReadOnlySpan<byte> upper) => new(handle, Path, lower, upper);

    /// <summary>A cursor over all keys that start with <paramref name="prefix"/>; empty: all keys.</summary>
    public RocksCursor ScanPrefix(ReadOnlySpan<byte> prefix) => Scan(prefix, KeyRange.EndOfPrefix(prefix));

    /// <summary>
    /// Reads every block of keys and values of every SST file, their indexes and properties, and compares the checksums. Bloom filters are
    /// left out: without a good one RocksDB reads the block itself. Use a database opened with <see cref="RocksOptions.ForVerification"/>:
    /// with other options older versions of a key may be skipped.
    /// </summary>
    /// <returns>Number of entries, those of deleted ranges included.</returns>
    /// <exception cref="RocksDbException">A block is damaged or cannot be read; the reason names the file. What follows was not looked at.</exception>
    public long VerifyChecksums(CancellationToken cancellationToken)
    {
        const int EntriesBetweenLooks = 4096;
        cancellationToken.ThrowIfCancellationRequested();
        using var cursor = new RocksCursor(handle, Path, [], [], everyBlock: true);
        long entries = 0;
        while (cursor.MoveNext())
            if (++entries % EntriesBetweenLooks == 0)
                cancellationToken.ThrowIfCancellationRequested();
        return entries;
    }

    /// <summary>Writes the memtable out to an SST file and waits for it.</summary>
    public void Flush()
    {
        using var options = NativeMethods.rocksdb_flushoptions_create();
        nint error = 0;
        NativeMethods.rocksdb_flush(handle, options, ref error);
        NativeError.Check(error, "Flushing", Path);
    }

    /// <summary>Compacts everything down to the last level and waits for it.</summary>
    public void Compact() => NativeMethods.rocksdb_compact_range(handle, default, 0, default, 0);

    /// <summary>
    /// Makes a consistent copy in <paramref name="directory"/>, which must not exist while its parent does. SST files are hard links
    /// where the file system allows; the memtable is flushed first (spec/backup-flow.md §2.3).
    /// </summary>
    public void CreateCheckpoint(string directory)
    {
        nint error = 0;
        using var checkpoint = NativeMethods.rocksdb_checkpoint_object_create(handle, ref error);
        NativeError.Check(error, "Preparing a checkpoint", Path);
        NativeMethods.rocksdb_checkpoint_create(checkpoint, directory, logSizeForFlush: 0, ref error);
        NativeError.Check(error, "Making a checkpoint", directory);
    }

    /// <summary>Takes over whole SST files, all or none; with <paramref name="moveFiles"/> they are linked instead of copied and then removed.</summary>
    public void Ingest(IReadOnlyList<string> files, bool moveFiles)
    {
        using var options = NativeMethods.rocksdb_ingestexternalfileoptions_create();
        NativeMethods.rocksdb_ingestexternalfileoptions_set_move_files(options, moveFiles ? (byte)1 : (byte)0);
        nint error = 0;
        NativeMethods.rocksdb_ingest_external_file(handle, [.. files], (nuint)files.Count, options, ref error);
        NativeError.Check(error, $"Ingesting {files.Count} files", Path);
    }

    /// <summary>One of RocksDB's properties, for example <c>rocksdb.estimate-num-keys</c>; null if it knows none of that name.</summary>
    public string? Property(string name)
    {
        var pointer = NativeMethods.rocksdb_property_value(handle, name);
        if (pointer == 0) return null;
        try
        {
            return Marshal.PtrToStringUTF8(pointer);
        }
        finally
        {
            NativeMethods.rocksdb_free(pointer);
        }
    }

    /// <summary>Closes the database once the last cursor over it is disposed.</summary>
    public void Dispose()
    {
        handle.Dispose();
        readOptions.Dispose();
        writeOptions.Dispose();
    }
}
