using System.Runtime.InteropServices;

namespace NebulaKeep.RocksDb.Native;

// Each handle owns one object of the C API and frees it exactly once, whatever happens in between.

abstract class RocksHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected abstract void Free(nint pointer);

    protected override bool ReleaseHandle()
    {
        Free(handle);
        return true;
    }
}

sealed class DatabaseHandle : RocksHandle
{
    protected override void Free(nint pointer) => NativeMethods.rocksdb_close(pointer);
}

sealed class OptionsHandle : RocksHandle
{
    protected override void Free(nint pointer) => NativeMethods.rocksdb_options_destroy(pointer);
}

sealed class ReadOptionsHandle : RocksHandle
{
    protected override void Free(nint pointer) => NativeMethods.rocksdb_readoptions_destroy(pointer);
}

sealed class WriteOptionsHandle : RocksHandle
{
    protected override void Free(nint pointer) => NativeMethods.rocksdb_writeoptions_destroy(pointer);
}

sealed class FlushOptionsHandle : RocksHandle
{
    protected override void Free(nint pointer) => NativeMethods.rocksdb_flushoptions_destroy(pointer);
}

sealed class EnvOptionsHandle : RocksHandle
{
    protected override void Free(nint pointer) => NativeMethods.rocksdb_envoptions_destroy(pointer);
}

sealed class IngestOptionsHandle : RocksHandle
{
    protected override void Free(nint pointer) => NativeMethods.rocksdb_ingestexternalfileoptions_destroy(pointer);
}

sealed class BatchHandle : RocksHandle
{
    protected override void Free(nint pointer) => NativeMethods.rocksdb_writebatch_destroy(pointer);
}

sealed class IteratorHandle : RocksHandle
{
    protected override void Free(nint pointer) => NativeMethods.rocksdb_iter_destroy(pointer);
}

sealed class CheckpointHandle : RocksHandle
{
    protected override void Free(nint pointer) => NativeMethods.rocksdb_checkpoint_object_destroy(pointer);
}

sealed class SstWriterHandle : RocksHandle
{
    protected override void Free(nint pointer) => NativeMethods.rocksdb_sstfilewriter_destroy(pointer);
}
