namespace NebulaKeep.Agent.Files;

/// <summary>What lies at a path; a link is not followed.</summary>
enum FileKind
{
    /// <summary>Device, socket, pipe: opening one could wait for ever.</summary>
    Special,
    File,
    Directory,
    Link,
}

/// <summary>What the kernel says of a path.</summary>
/// <param name="Device">Same number, same file system.</param>
readonly record struct FileStat(FileKind Kind, long Size, ulong Inode, ulong Device, long MtimeNanos, uint Owner, uint Group);
