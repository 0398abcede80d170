using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace NebulaKeep.ObjectStore.Local;

/// <summary>
/// The few system calls that .NET does not offer: a stat that tells links and pipes apart, hard links, rename without
/// replacing, and flushing a directory. Errors are the plain errno.
/// </summary>
static partial class PosixFiles
{
    public const int Eperm = 1, Enoent = 2, Eacces = 13, Eexist = 17, Enotdir = 20, Einval = 22, Emlink = 31, Enosys = 38, Eopnotsupp = 95;
    const int CurrentFolder = -100, NoFollow = 0x100, BasicStats = 0x7ff, NoReplace = 1;

    /// <summary>Null where nothing is there.</summary>
    public static FileStat? Stat(string path)
    {
        var buffer = new byte[256];
        if (statx(CurrentFolder, path, NoFollow, BasicStats, buffer) == 0) return Decode(buffer);
        var error = Marshal.GetLastPInvokeError();
        return error is Enoent or Enotdir ? null : throw Failed(error, path);
    }

    /// <summary>Gives a file a second name; 0 or an errno.</summary>
    public static int Link(string from, string to) => link(from, to) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Renames unless the target exists; 0 or an errno.</summary>
    public static int RenameNew(string from, string to) =>
        renameat2(CurrentFolder, from, CurrentFolder, to, NoReplace) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Makes the names in a directory durable. A file system that cannot flush directories is left alone.</summary>
    public static void FlushFolder(string path)
    {
        var folder = open(path, 0);
        if (folder < 0) throw Failed(Marshal.GetLastPInvokeError(), path);
        var error = fsync(folder) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = close(folder);
        if (error is not (0 or Einval or Eopnotsupp)) throw Failed(error, path);
    }

    /// <summary>An errno as the exception that .NET itself would throw: the number is in <see cref="Exception.HResult"/>.</summary>
    public static Exception Failed(int error, string path)
    {
        var message = $"{new Win32Exception(error).Message} ({path})";
        return error switch
        {
            Eperm or Eacces => new UnauthorizedAccessException(message),
            Enoent => new DirectoryNotFoundException(message),
            _ => new IOException(message, error),
        };
    }

    // struct statx has one layout on all architectures: nlink at 16, mode at 28, size at 40, mtime at 112.
    static FileStat Decode(ReadOnlySpan<byte> data)
    {
        var kind = (BinaryPrimitives.ReadUInt16LittleEndian(data[28..]) & 0xF000) switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Folder,
            0xA000 => FileKind.Link,
            _ => FileKind.Special,
        };
        var time = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64LittleEndian(data[112..]))
            .AddTicks(BinaryPrimitives.ReadUInt32LittleEndian(data[120..]) / 100);
        return new FileStat(kind, BinaryPrimitives.ReadInt64LittleEndian(data[40..]), BinaryPrimitives.ReadUInt32LittleEndian(data[16..]), time);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int statx(int folder, string path, int flags, uint mask, [Out] byte[] buffer);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int link(string from, string to);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int renameat2(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fsync(int file);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int file);
}
