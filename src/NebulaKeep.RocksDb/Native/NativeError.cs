using System.Runtime.InteropServices;

namespace NebulaKeep.RocksDb.Native;

/// <summary>Turns the library's error text into an exception and frees the text.</summary>
static class NativeError
{
    public static void Check(nint error, string doing, string path)
    {
        if (error == 0) return;
        var text = Marshal.PtrToStringUTF8(error);
        NativeMethods.rocksdb_free(error);
        throw new RocksDbException($"{doing} failed for '{path}': {text}");
    }
}
