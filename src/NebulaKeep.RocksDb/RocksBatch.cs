using NebulaKeep.RocksDb.Native;

namespace NebulaKeep.RocksDb;

/// <summary>Changes that a database takes all or none, in the order in which they were added. Not for use by several threads at once.</summary>
public sealed class RocksBatch : IDisposable
{
    internal BatchHandle Handle { get; } = NativeMethods.rocksdb_writebatch_create();

    /// <summary>Number of changes added since the start or the last <see cref="Clear"/>.</summary>
    public int Count => NativeMethods.rocksdb_writebatch_count(Handle);

    /// <summary>Adds: key gets this value.</summary>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        NativeMethods.rocksdb_writebatch_put(Handle, key, (nuint)key.Length, value, (nuint)value.Length);

    /// <summary>Adds: key goes. A key that is not there is no error.</summary>
    public void Delete(ReadOnlySpan<byte> key) => NativeMethods.rocksdb_writebatch_delete(Handle, key, (nuint)key.Length);

    /// <summary>Adds: all keys from <paramref name="start"/> on, before <paramref name="end"/>, go.</summary>
    public void DeleteRange(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end) =>
        NativeMethods.rocksdb_writebatch_delete_range(Handle, start, (nuint)start.Length, end, (nuint)end.Length);

    /// <summary>Forgets all changes and keeps the memory.</summary>
    public void Clear() => NativeMethods.rocksdb_writebatch_clear(Handle);

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
