using System.Formats.Tar;
using System.IO.Enumeration;

namespace NebulaKeep.ImageTar;

/// <summary>
/// A folder as a layer. What depends on the machine or the moment is left out: times, owners, the order of directories, the umask.
/// A file is executable or not; a folder whose sticky bit is set may be written by everybody.
/// </summary>
static class LayerWriter
{
    const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    const UnixFileMode Executable = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    const UnixFileMode Shared = Executable | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit;

    /// <summary>Writes everything below a folder.</summary>
    public static void Write(string folder, Stream output)
    {
        using var tar = new TarWriter(output, TarEntryFormat.Gnu, leaveOpen: true);
        foreach (var (path, info) in Below(folder)) WriteEntry(tar, path, info);
    }

    /// <summary>Everything below a folder by the order of names' code units, a folder before what it holds. Links are not followed.</summary>
    static IEnumerable<(string Path, FileSystemInfo Info)> Below(string folder) =>
        new FileSystemEnumerable<FileSystemInfo>(folder, (ref FileSystemEntry entry) => entry.ToFileSystemInfo(),
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, ReturnSpecialDirectories = false })
        {
            ShouldRecursePredicate = static (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        }
            .Select(info => (Path: Path.GetRelativePath(folder, info.FullName), Info: info))
            .OrderBy(item => item.Path, StringComparer.Ordinal);

    static void WriteEntry(TarWriter tar, string path, FileSystemInfo info)
    {
        if (info.LinkTarget is { } target) tar.WriteEntry(Entry(TarEntryType.SymbolicLink, path, Executable, target));
        else if (info is DirectoryInfo) tar.WriteEntry(Entry(TarEntryType.Directory, path + "/", info.UnixFileMode.HasFlag(UnixFileMode.StickyBit) ? Shared : Executable));
        else WriteFile(tar, path, (FileInfo)info);
    }

    static void WriteFile(TarWriter tar, string path, FileInfo file)
    {
        using var content = file.OpenRead();
        var entry = Entry(TarEntryType.RegularFile, path, file.UnixFileMode.HasFlag(UnixFileMode.UserExecute) ? Executable : Plain);
        entry.DataStream = content;
        tar.WriteEntry(entry);
    }

    // The format without process numbers in its headers, which the newer one has.
    static GnuTarEntry Entry(TarEntryType type, string path, UnixFileMode mode, string? link = null)
    {
        var entry = new GnuTarEntry(type, path) { Mode = mode, ModificationTime = DateTimeOffset.UnixEpoch, AccessTime = default, ChangeTime = default, Uid = 0, Gid = 0, UserName = "root", GroupName = "root" };
        if (link is not null) entry.LinkName = link;
        return entry;
    }
}
