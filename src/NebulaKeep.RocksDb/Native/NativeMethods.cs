using System.Runtime.InteropServices;

namespace NebulaKeep.RocksDb.Native;

/// <summary>
/// The part of RocksDB's C API (c.h) that this project calls. Every <c>error</c> must be 0 before the call:
/// the library frees what it finds there.
/// </summary>
#pragma warning disable IDE1006, SA1300 // The names are the library's.
static partial class NativeMethods
{
    const string Lib = LibraryLoader.ImportName;

    static NativeMethods() => LibraryLoader.Register();

    [LibraryImport(Lib)] public static partial void rocksdb_free(nint pointer);

    [LibraryImport(Lib)] public static partial OptionsHandle rocksdb_options_create();
    [LibraryImport(Lib)] public static partial void rocksdb_options_destroy(nint options);
    [LibraryImport(Lib)] public static partial void rocksdb_options_set_create_if_missing(OptionsHandle options, byte value);
    [LibraryImport(Lib, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void rocksdb_get_options_from_string(OptionsHandle basis, string text, OptionsHandle result, ref nint error);

    [LibraryImport(Lib, StringMarshalling = StringMarshalling.Utf8)]
    public static partial DatabaseHandle rocksdb_open(OptionsHandle options, string path, ref nint error);
    [LibraryImport(Lib, StringMarshalling = StringMarshalling.Utf8)]
    public static partial DatabaseHandle rocksdb_open_for_read_only(OptionsHandle options, string path, byte errorIfWalFileExists, ref nint error);
    [LibraryImport(Lib)] public static partial void rocksdb_close(nint database);

    [LibraryImport(Lib)] public static partial ReadOptionsHandle rocksdb_readoptions_create();
    [LibraryImport(Lib)] public static partial void rocksdb_readoptions_destroy(nint options);
    [LibraryImport(Lib)] public static partial void rocksdb_readoptions_set_total_order_seek(ReadOptionsHandle options, byte value);
    [LibraryImport(Lib)] public static partial void rocksdb_readoptions_set_iterate_lower_bound(ReadOptionsHandle options, nint key, nuint length);
    [LibraryImport(Lib)] public static partial void rocksdb_readoptions_set_iterate_upper_bound(ReadOptionsHandle options, nint key, nuint length);
    [LibraryImport(Lib)] public static partial void rocksdb_readoptions_set_verify_checksums(ReadOptionsHandle options, byte value);
    [LibraryImport(Lib)] public static partial void rocksdb_readoptions_set_fill_cache(ReadOptionsHandle options, byte value);
    [LibraryImport(Lib)] public static partial void rocksdb_readoptions_set_ignore_range_deletions(ReadOptionsHandle options, byte value);
    [LibraryImport(Lib)] public static partial WriteOptionsHandle rocksdb_writeoptions_create();
    [LibraryImport(Lib)] public static partial void rocksdb_writeoptions_destroy(nint options);
    [LibraryImport(Lib)] public static partial FlushOptionsHandle rocksdb_flushoptions_create();
    [LibraryImport(Lib)] public static partial void rocksdb_flushoptions_destroy(nint options);
    [LibraryImport(Lib)] public static partial EnvOptionsHandle rocksdb_envoptions_create();
    [LibraryImport(Lib)] public static partial void rocksdb_envoptions_destroy(nint options);

    [LibraryImport(Lib)]
    public static partial nint rocksdb_get(DatabaseHandle db, ReadOptionsHandle options, ReadOnlySpan<byte> key, nuint keyLength,
        out nuint valueLength, ref nint error);
    [LibraryImport(Lib)]
    public static partial void rocksdb_write(DatabaseHandle db, WriteOptionsHandle options, BatchHandle batch, ref nint error);
    [LibraryImport(Lib)] public static partial void rocksdb_flush(DatabaseHandle db, FlushOptionsHandle options, ref nint error);
    [LibraryImport(Lib)]
    public static partial void rocksdb_compact_range(DatabaseHandle db, ReadOnlySpan<byte> start, nuint startLength,
        ReadOnlySpan<byte> limit, nuint limitLength);
    [LibraryImport(Lib, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rocksdb_property_value(DatabaseHandle db, string name);

    [LibraryImport(Lib)] public static partial BatchHandle rocksdb_writebatch_create();
    [LibraryImport(Lib)] public static partial void rocksdb_writebatch_destroy(nint batch);
    [LibraryImport(Lib)] public static partial void rocksdb_writebatch_clear(BatchHandle batch);
    [LibraryImport(Lib)] public static partial int rocksdb_writebatch_count(BatchHandle batch);
    [LibraryImport(Lib)]
    public static partial void rocksdb_writebatch_put(BatchHandle batch, ReadOnlySpan<byte> key, nuint keyLength,
        ReadOnlySpan<byte> value, nuint valueLength);
    [LibraryImport(Lib)]
    public static partial void rocksdb_writebatch_delete(BatchHandle batch, ReadOnlySpan<byte> key, nuint keyLength);
    [LibraryImport(Lib)]
    public static partial void rocksdb_writebatch_delete_range(BatchHandle batch, ReadOnlySpan<byte> start, nuint startLength,
        ReadOnlySpan<byte> end, nuint endLength);

    [LibraryImport(Lib)] public static partial IteratorHandle rocksdb_create_iterator(DatabaseHandle db, ReadOptionsHandle options);
    [LibraryImport(Lib)] public static partial void rocksdb_iter_destroy(nint iterator);
    [LibraryImport(Lib)] public static partial byte rocksdb_iter_valid(IteratorHandle iterator);
    [LibraryImport(Lib)] public static partial void rocksdb_iter_seek_to_first(IteratorHandle iterator);
    [LibraryImport(Lib)] public static partial void rocksdb_iter_seek(IteratorHandle iterator, ReadOnlySpan<byte> key, nuint keyLength);
    [LibraryImport(Lib)] public static partial void rocksdb_iter_next(IteratorHandle iterator);
    [LibraryImport(Lib)] public static partial nint rocksdb_iter_key(IteratorHandle iterator, out nuint length);
    [LibraryImport(Lib)] public static partial nint rocksdb_iter_value(IteratorHandle iterator, out nuint length);
    [LibraryImport(Lib)] public static partial void rocksdb_iter_get_error(IteratorHandle iterator, ref nint error);

    [LibraryImport(Lib)] public static partial CheckpointHandle rocksdb_checkpoint_object_create(DatabaseHandle db, ref nint error);
    [LibraryImport(Lib)] public static partial void rocksdb_checkpoint_object_destroy(nint checkpoint);
    [LibraryImport(Lib, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void rocksdb_checkpoint_create(CheckpointHandle checkpoint, string directory, ulong logSizeForFlush, ref nint error);

    [LibraryImport(Lib)] public static partial SstWriterHandle rocksdb_sstfilewriter_create(EnvOptionsHandle env, OptionsHandle options);
    [LibraryImport(Lib)] public static partial void rocksdb_sstfilewriter_destroy(nint writer);
    [LibraryImport(Lib, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void rocksdb_sstfilewriter_open(SstWriterHandle writer, string path, ref nint error);
    [LibraryImport(Lib)]
    public static partial void rocksdb_sstfilewriter_put(SstWriterHandle writer, ReadOnlySpan<byte> key, nuint keyLength,
        ReadOnlySpan<byte> value, nuint valueLength, ref nint error);
    [LibraryImport(Lib)] public static partial void rocksdb_sstfilewriter_finish(SstWriterHandle writer, ref nint error);

    [LibraryImport(Lib)] public static partial IngestOptionsHandle rocksdb_ingestexternalfileoptions_create();
    [LibraryImport(Lib)] public static partial void rocksdb_ingestexternalfileoptions_destroy(nint options);
    [LibraryImport(Lib)] public static partial void rocksdb_ingestexternalfileoptions_set_move_files(IngestOptionsHandle options, byte value);
    [LibraryImport(Lib, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void rocksdb_ingest_external_file(DatabaseHandle db, string[] files, nuint count, IngestOptionsHandle options, ref nint error);
}
