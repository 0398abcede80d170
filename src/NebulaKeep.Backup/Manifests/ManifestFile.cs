using NebulaKeep.Core;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.Backup.Manifests;

/// <summary>One file of a backup.</summary>
public sealed record ManifestFile
{
    /// <summary>Where the file belongs in this backup, below its directory: <c>meta/…</c> or <c>data/&lt;host:port&gt;/data&lt;i&gt;/&lt;space&gt;/…</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>CRC-32C of the content as 8 lower-case hexadecimal digits.</summary>
    public required string Crc32C { get; init; }

    /// <summary>Inode on the host when it was read: with size and mtime it tells an unchanged hard link.</summary>
    public required ulong Inode { get; init; }

    /// <summary>Modification time on the host, nanoseconds since the epoch.</summary>
    public required long MtimeNanos { get; init; }

    /// <summary>The backup whose directory holds the bytes; null: this one.</summary>
    public string? In { get; init; }

    /// <summary>The file's path below the directory that holds the bytes, where it differs from <see cref="Path"/>.</summary>
    public string? At { get; init; }

    /// <summary>What a whole raft log file holds; null for other files.</summary>
    public LogRange? Log { get; init; }

    /// <summary>The key of the object with the bytes, below the store's root.</summary>
    public string KeyIn(BackupName backup) => $"{In ?? backup.Value}/{At ?? Path}";
}
