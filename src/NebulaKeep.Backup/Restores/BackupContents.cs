using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.Backup.Restores;

/// <summary>A backup as a restore needs it, whoever made it.</summary>
public sealed record BackupContents
{
    /// <summary>Its name.</summary>
    public required BackupName Name { get; init; }

    /// <summary>False for a backup made by nebula-br: then only sizes are known.</summary>
    public required bool HasManifest { get; init; }

    /// <summary>Data files and log were made at different points; the log must be checked.</summary>
    public bool IsFromLog { get; init; }

    /// <summary>False where spaces were selected.</summary>
    public required bool AllSpaces { get; init; }

    /// <summary>The spaces in it.</summary>
    public required IReadOnlyList<ManifestSpace> Spaces { get; init; }

    /// <summary>Its storage hosts; from nebula-br only those that held partitions.</summary>
    public required IReadOnlyList<ManifestHost> Hosts { get; init; }

    /// <summary>The NebulaCluster's spec as it was then, where an operator made the backup; otherwise null.</summary>
    public System.Text.Json.JsonElement? ClusterSpec { get; init; }

    /// <summary>Every file.</summary>
    public required IReadOnlyList<SourceFile> Files { get; init; }

    /// <summary>What a manifest and its list of files say.</summary>
    internal static BackupContents Of(BackupManifest manifest, IReadOnlyList<SourceFile> files) => new()
    {
        Name = BackupName.Parse(manifest.Name),
        HasManifest = true,
        IsFromLog = manifest.Mode == BackupManifest.WalMode,
        AllSpaces = manifest.AllSpaces,
        Spaces = manifest.Spaces,
        Hosts = manifest.Hosts,
        ClusterSpec = manifest.ClusterSpec,
        Files = files,
    };

    /// <summary>What nebula-br's .meta says, with the files that lie there.</summary>
    internal static BackupContents Of(ServerBackup meta, IReadOnlyList<SourceFile> files) =>
        new() { Name = meta.Name, HasManifest = false, AllSpaces = meta.AllSpaces, Spaces = meta.Spaces, Hosts = meta.Hosts(null), Files = files };

    /// <summary>A file of a manifest.</summary>
    internal static SourceFile SourceOf(ManifestFile file, BackupName name) => new(file.Path, file.KeyIn(name), file.Size, file.Sha256, file.Log);

    /// <summary>metad's tables among <see cref="Files"/>.</summary>
    public IEnumerable<SourceFile> MetaFiles => Files.Where(f => f.Path.StartsWith("meta/", StringComparison.Ordinal));
}

/// <summary>One file to restore.</summary>
/// <param name="Path">Its place in the backup, <c>meta/…</c> or <c>data/…</c>.</param>
/// <param name="Key">The object that holds the bytes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal digits; null where the backup has no manifest.</param>
/// <param name="Log">What a raft log file holds; null for other files and where it is not known.</param>
public sealed record SourceFile(string Path, string Key, long Size, string? Sha256, LogRange? Log = null);
