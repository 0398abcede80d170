using NebulaKeep.RocksDb.Native;

namespace NebulaKeep.RocksDb;

/// <summary>Writes one SST file that a database can ingest. Keys must come in strictly ascending bytewise order.</summary>
public sealed class SstFileWriter : IDisposable
{
    readonly EnvOptionsHandle env = NativeMethods.rocksdb_envoptions_create();
    readonly OptionsHandle options;
    readonly SstWriterHandle writer;
    readonly string path;

    /// <summary>Starts the file; an existing one is replaced.</summary>
    public SstFileWriter(string path, RocksOptions options)
    {
        this.path = path;
        this.options = options.ToHandle();
        writer = NativeMethods.rocksdb_sstfilewriter_create(env, this.options);
        nint error = 0;
        NativeMethods.rocksdb_sstfilewriter_open(writer, path, ref error);
        if (error != 0) Dispose();
        NativeError.Check(error, "Creating an SST file", path);
    }

    /// <summary>Number of entries so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds an entry. A key that is not greater than the one before is an error.</summary>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        nint error = 0;
        NativeMethods.rocksdb_sstfilewriter_put(writer, key, (nuint)key.Length, value, (nuint)value.Length, ref error);
        NativeError.Check(error, "Adding an entry to an SST file", path);
        Count++;
    }

    /// <summary>Completes the file. A file without any entry cannot be completed: RocksDB refuses it.</summary>
    public void Finish()
    {
        nint error = 0;
        NativeMethods.rocksdb_sstfilewriter_finish(writer, ref error);
        NativeError.Check(error, "Completing an SST file", path);
    }

    /// <summary>Frees the writer; a file that was not finished is worthless.</summary>
    public void Dispose()
    {
        writer.Dispose();
        options.Dispose();
        env.Dispose();
    }
}
