using NebulaKeep.Backup.Restores;

namespace NebulaKeep.Backup.Verification;

/// <summary>An object that a backup needs.</summary>
/// <param name="Key">Below the store's root.</param>
/// <param name="Path">Its place in the backup.</param>
/// <param name="Size">Bytes; null: any but none.</param>
/// <param name="Sha256">Of its content; null where unknown.</param>
/// <param name="Crc32C">CRC-32C of its content as 8 hexadecimal digits; null where unknown.</param>
sealed record ExpectedObject(string Key, string Path, long? Size, string? Sha256 = null, string? Crc32C = null)
{
    /// <summary>The folder of the root that holds it.</summary>
    public string Directory => Key[..Key.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>A finding about it.</summary>
    public Finding Found(FindingKind kind, string detail) => new(kind, Key, detail, Key.EndsWith($"/{Path}", StringComparison.Ordinal) && Key.Length == Directory.Length + 1 + Path.Length ? null : Path);
}

/// <summary>What a backup consists of.</summary>
/// <param name="Objects">Every object, each once.</param>
/// <param name="Notes">How far they are known.</param>
/// <param name="Contents">The backup as a restore would take it, of what its lists name; null where its layout is not known.</param>
sealed record ExpectedBackup(IReadOnlyList<ExpectedObject> Objects, IReadOnlyList<string> Notes, BackupContents? Contents);
