using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NebulaKeep.Agent.Files;

/// <summary>The system calls for files that .NET does not offer. A failure is an <see cref="IOException"/> that names the path.</summary>
static partial class Posix
{
    const int Enoent = 2, Enotdir = 20, Eexist = 17, Einval = 22, Eloop = 40, Eopnotsupp = 95;
    const int CurrentDirectory = -100, NoFollow = 0x100, EmptyPath = 0x1000, BasicStats = 0x7ff, NoReplace = 1;
    const int ReadOnly = 0, NonBlocking = 0x800, CloseOnExec = 0x80000, PathOnly = 0x200000;

    // O_NOFOLLOW and O_DIRECTORY are the few flags whose number depends on the architecture.
    static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
    static readonly int OpenNoFollow = IsArm ? 0x8000 : 0x20000;
    static readonly int OpenFolderFlags = PathOnly | CloseOnExec | (IsArm ? 0x4000 : 0x10000);

    /// <summary>Null where nothing is there. A link is not followed.</summary>
    public static FileStat? Stat(string path)
    {
        var buffer = new byte[256];
        if (statx(CurrentDirectory, path, NoFollow, BasicStats, buffer) == 0) return Decode(buffer);
        var error = Marshal.GetLastPInvokeError();
        return error is Enoent or Enotdir ? null : throw Failed(error, path);
    }

    /// <summary>What an open file is.</summary>
    public static FileStat Stat(SafeFileHandle file, string path)
    {
        var buffer = new byte[256];
        return statx((int)file.DangerousGetHandle(), "", EmptyPath, BasicStats, buffer) == 0 ? Decode(buffer) : throw Failed(Marshal.GetLastPInvokeError(), path);
    }

    /// <summary>Opens for reading; null where nothing is there. A link as the last name is an error, and a pipe does not block.</summary>
    public static SafeFileHandle? OpenRead(string path)
    {
        var file = open(path, ReadOnly | NonBlocking | CloseOnExec | OpenNoFollow);
        if (file >= 0) return new SafeFileHandle(file, ownsHandle: true);
        var error = Marshal.GetLastPInvokeError();
        return error is Enoent or Enotdir ? null : throw Failed(error, path);
    }

    /// <summary>Opens a directory to reach what is in it; null where there is none. Links are followed.</summary>
    public static SafeFileHandle? OpenFolder(string path) => Folder(open(path, OpenFolderFlags), path);

    /// <summary>Opens a directory in an open one; null where there is none, or a link.</summary>
    public static SafeFileHandle? EnterFolder(SafeFileHandle outer, string name, string path) =>
        Folder(openat((int)outer.DangerousGetHandle(), name, OpenFolderFlags | OpenNoFollow), path);

    /// <summary>An existing path without any link.</summary>
    public static string RealPath(string path)
    {
        using var folder = OpenFolder(path);
        return folder is null ? path : File.ResolveLinkTarget($"/proc/self/fd/{folder.DangerousGetHandle()}", returnFinalTarget: false)?.FullName ?? path;
    }

    /// <summary>Renames within a file system; the target must not exist.</summary>
    public static void RenameNew(string from, string to)
    {
        if (renameat2(CurrentDirectory, from, CurrentDirectory, to, NoReplace) == 0) return;
        var error = Marshal.GetLastPInvokeError();
        // Some network file systems know no flags: look first, then rename. Only this process makes these names.
        if (error != Einval) throw Failed(error, $"{from} -> {to}");
        if (Stat(to) is not null) throw Failed(Eexist, to);
        if (renameat2(CurrentDirectory, from, CurrentDirectory, to, 0) != 0) throw Failed(Marshal.GetLastPInvokeError(), $"{from} -> {to}");
    }

    /// <summary>Makes the names in a directory durable. A file system that cannot flush directories is left alone.</summary>
    public static void FlushDirectory(string path)
    {
        var directory = open(path, ReadOnly | CloseOnExec);
        if (directory < 0) throw Failed(Marshal.GetLastPInvokeError(), path);
        var error = fsync(directory) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = close(directory);
        if (error is not (0 or Einval or Eopnotsupp)) throw Failed(error, path);
    }

    /// <summary>Gives what was made as root to the owner of its parent, so that the daemon can use it.</summary>
    public static void GiveTo(string path, FileStat parent)
    {
        if (geteuid() != 0 || parent is { Owner: 0, Group: 0 }) return;
        if (lchown(path, parent.Owner, parent.Group) != 0) throw Failed(Marshal.GetLastPInvokeError(), path);
    }

    static SafeFileHandle? Folder(int descriptor, string path)
    {
        if (descriptor >= 0) return new SafeFileHandle(descriptor, ownsHandle: true);
        var error = Marshal.GetLastPInvokeError();
        return error is Enoent or Enotdir or Eloop ? null : throw Failed(error, path);
    }

    /// <summary>An errno as an exception; .NET's kinds for the usual ones.</summary>
    static Exception Failed(int error, string path)
    {
        var message = $"{path}: {new Win32Exception(error).Message}";
        return error switch
        {
            1 or 13 => new UnauthorizedAccessException(message),
            Enoent => new FileNotFoundException(message, path),
            _ => new IOException(message, error),
        };
    }

    // struct statx has one layout on all architectures.
    static FileStat Decode(ReadOnlySpan<byte> data)
    {
        var kind = (BinaryPrimitives.ReadUInt16LittleEndian(data[28..]) & 0xF000) switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Directory,
            0xA000 => FileKind.Link,
            _ => FileKind.Special,
        };
        var mtime = (BinaryPrimitives.ReadInt64LittleEndian(data[112..]) * 1_000_000_000) + BinaryPrimitives.ReadUInt32LittleEndian(data[120..]);
        var device = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(data[136..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(data[140..]);
        return new FileStat(
            kind,
            BinaryPrimitives.ReadInt64LittleEndian(data[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(data[32..]),
            device,
            mtime,
            BinaryPrimitives.ReadUInt32LittleEndian(data[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(data[24..]));
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int statx(int directory, string path, int flags, uint mask, [Out] byte[] buffer);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int renameat2(int fromDirectory, string from, int toDirectory, string to, uint flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int openat(int directory, string name, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int lchown(string path, uint owner, uint group);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int file);

    [LibraryImport("libc")]
    private static partial uint geteuid();
}
