using System.Reflection;
using System.Runtime.InteropServices;

namespace NebulaKeep.RocksDb.Native;

/// <summary>Finds RocksDB's shared library under the names that distributions give it.</summary>
static class LibraryLoader
{
    /// <summary>The name in the import declarations; never a file name.</summary>
    public const string ImportName = "rocksdb";

    /// <summary>7.8 first: it is the version whose files the servers write; newer ones read them as well.</summary>
    static readonly string[] FileNames = ["librocksdb.so.7.8", "librocksdb.so.7", "librocksdb.so", "librocksdb.dylib"];

    static readonly Lazy<nint> Library = new(() => Load(FileNames));

    public static void Register() => NativeLibrary.SetDllImportResolver(typeof(LibraryLoader).Assembly, Resolve);

    public static void Require() => _ = Library.Value;

    /// <summary>Loads the first of the names that exists.</summary>
    /// <exception cref="RocksDbException">None does; the message names the package to install.</exception>
    public static nint Load(IReadOnlyList<string> fileNames)
    {
        foreach (var name in fileNames)
            if (NativeLibrary.TryLoad(name, out var handle))
                return handle;
        throw new RocksDbException(
            $"RocksDB's shared library was not found (tried {string.Join(", ", fileNames)}): " +
            "install it, on Debian 12 with 'apt-get install librocksdb7.8'");
    }

    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        string.Equals(name, ImportName, StringComparison.Ordinal) ? Library.Value : 0;
}
