using NebulaKeep.Backup.Manifests;

namespace NebulaKeep.Backup.Catalog;

/// <summary>All that is known of one backup without looking at its objects.</summary>
public sealed record BackupDetails
{
    /// <summary>Its line in the catalog.</summary>
    public required CatalogEntry Entry { get; init; }

    /// <summary>Its manifest without the list of files; null where it has none.</summary>
    public BackupManifest? Manifest { get; init; }

    /// <summary>In which directories its bytes lie, its own among them; empty without manifest.</summary>
    public IReadOnlyList<BackupPlace> Places { get; init; } = [];

    /// <summary>Other backups that use objects in its directory: those stay when it is removed.</summary>
    public IReadOnlyList<string> UsedBy { get; init; } = [];
}

/// <summary>What a backup has in one directory.</summary>
/// <param name="Directory">Name of the backup whose directory it is.</param>
/// <param name="Files">Number of files.</param>
/// <param name="Bytes">Their bytes.</param>
public sealed record BackupPlace(string Directory, long Files, long Bytes);
