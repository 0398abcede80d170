namespace NebulaKeep.RocksDb.Native;

/// <summary>Looks at memory that the library owns.</summary>
static unsafe class NativeBytes
{
    /// <summary>A view that is valid as long as the owner leaves the memory alone.</summary>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public static ReadOnlySpan<byte> View(nint pointer, nuint length) => new((void*)pointer, checked((int)length));
}
