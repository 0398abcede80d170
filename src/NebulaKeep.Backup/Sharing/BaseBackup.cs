using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Sharing;

/// <summary>The base of an incremental, checked.</summary>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Files">All its files.</param>
/// <param name="Others">Manifests of other backups of its chain that still exist; what they list is known, too.</param>
sealed record BaseBackup(BackupManifest Manifest, IReadOnlyList<ManifestFile> Files, IReadOnlyList<BackupManifest> Others)
{
    /// <summary>Its name.</summary>
    public BackupName Name => BackupName.Parse(Manifest.Name);

    /// <summary>Everything that an incremental may refer to, oldest first.</summary>
    public IReadOnlyList<string> Chain => [.. Manifest.Chain.Append(Manifest.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Backups that must still have their manifest when the run's claim stands.</summary>
    public IEnumerable<BackupName> MustExist => Others.Select(o => BackupName.Parse(o.Name)).Append(Name);
}

/// <summary>How an incremental is made.</summary>
public enum IncrementalMode
{
    /// <summary>Every file of the new checkpoint is listed; those that the chain holds are not sent again.</summary>
    Share,

    /// <summary>Only raft logs since the base are sent; the servers replay them after a restore.</summary>
    Wal,
}

/// <summary>What to build on.</summary>
/// <param name="Base">The base; null: the newest complete backup of this cluster.</param>
/// <param name="Mode">How.</param>
public sealed record IncrementalRequest(BackupName? Base, IncrementalMode Mode = IncrementalMode.Share);

/// <summary>A backup cannot be built on; nothing was asked of metad yet.</summary>
public sealed class BaseRefusedException(string message, Exception? inner = null) : NebulaKeepException(message, inner);
