using NebulaKeep.RocksDb.Native;

namespace NebulaKeep.RocksDb;

/// <summary>
/// Walks over a range of keys in order. Use: <c>while (cursor.MoveNext()) … cursor.Key …</c>. For one thread at a time.
/// <see cref="Key"/> and <see cref="Value"/> are views that the next move invalidates.
/// </summary>
public sealed class RocksCursor : IDisposable
{
    readonly DatabaseHandle database;
    readonly string path;
    readonly NativeBuffer lower;
    readonly NativeBuffer upper;
    readonly ReadOptionsHandle options = NativeMethods.rocksdb_readoptions_create();
    readonly IteratorHandle iterator;
    bool started;
    bool disposed;

    /// <param name="everyBlock">Reads all blocks, also of deleted ranges, past the cache.</param>
    internal RocksCursor(DatabaseHandle database, string path, ReadOnlySpan<byte> lower, ReadOnlySpan<byte> upper, bool everyBlock = false)
    {
        (this.database, this.path) = (database, path);
        this.lower = new NativeBuffer(lower);
        this.upper = new NativeBuffer(upper);
        SetBounds();
        if (everyBlock) ReadEveryBlock();
        // The iterator points into the database: it must stay open until the iterator is gone.
        var held = false;
        database.DangerousAddRef(ref held);
        iterator = NativeMethods.rocksdb_create_iterator(database, options);
    }

    /// <summary>The current key.</summary>
    public ReadOnlySpan<byte> Key => NativeBytes.View(NativeMethods.rocksdb_iter_key(Current, out var length), length);

    /// <summary>The current value.</summary>
    public ReadOnlySpan<byte> Value => NativeBytes.View(NativeMethods.rocksdb_iter_value(Current, out var length), length);

    /// <summary>Goes to the first key, then from key to key. False at the end.</summary>
    /// <exception cref="RocksDbException">The data could not be read: an end is never pretended.</exception>
    public bool MoveNext()
    {
        if (!started) NativeMethods.rocksdb_iter_seek_to_first(iterator);
        else if (IsValid) NativeMethods.rocksdb_iter_next(iterator);
        return Settle();
    }

    /// <summary>Goes to the first key of the range that is not before <paramref name="key"/>. False if there is none.</summary>
    public bool Seek(ReadOnlySpan<byte> key)
    {
        NativeMethods.rocksdb_iter_seek(iterator, key, (nuint)key.Length);
        return Settle();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        iterator.Dispose();
        options.Dispose();
        lower.Dispose();
        upper.Dispose();
        database.DangerousRelease();
    }

    bool IsValid => NativeMethods.rocksdb_iter_valid(iterator) != 0;

    IteratorHandle Current => started && IsValid
        ? iterator
        : throw new InvalidOperationException("The cursor stands on no key: MoveNext must have answered true.");

    bool Settle()
    {
        started = true;
        if (IsValid) return true;
        nint error = 0;
        NativeMethods.rocksdb_iter_get_error(iterator, ref error);
        NativeError.Check(error, "Reading a range of keys", path);
        return false;
    }

    void ReadEveryBlock()
    {
        NativeMethods.rocksdb_readoptions_set_verify_checksums(options, 1);
        NativeMethods.rocksdb_readoptions_set_fill_cache(options, 0);
        NativeMethods.rocksdb_readoptions_set_ignore_range_deletions(options, 1);
    }

    void SetBounds()
    {
        // Prefix filters would hide keys of a range that spans prefixes.
        NativeMethods.rocksdb_readoptions_set_total_order_seek(options, 1);
        if (lower.Length > 0) NativeMethods.rocksdb_readoptions_set_iterate_lower_bound(options, lower.Pointer, (nuint)lower.Length);
        if (upper.Length > 0) NativeMethods.rocksdb_readoptions_set_iterate_upper_bound(options, upper.Pointer, (nuint)upper.Length);
    }
}
