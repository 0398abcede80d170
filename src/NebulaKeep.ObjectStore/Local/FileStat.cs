namespace NebulaKeep.ObjectStore.Local;

/// <summary>What lies at a path; a link is not followed.</summary>
enum FileKind
{
    /// <summary>Device, socket, pipe: opening one could wait for ever.</summary>
    Special,

    File,

    Folder,

    Link,
}

/// <summary>What the kernel says of a path.</summary>
readonly record struct FileStat(FileKind Kind, long Size, uint Links, DateTimeOffset LastModified);
