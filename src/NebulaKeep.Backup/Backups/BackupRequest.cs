using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Backups;

/// <summary>What to back up.</summary>
public sealed record BackupRequest
{
    /// <summary>Names of spaces; empty: all.</summary>
    public IReadOnlyList<string> Spaces { get; init; } = [];

    /// <summary>Files in flight at each agent; at least 1.</summary>
    public int Concurrency { get; init; } = 5;

    /// <summary>What to build on; null: a full backup.</summary>
    public IncrementalRequest? Incremental { get; init; }

    /// <summary>Incremental: reads every file instead of believing inode and time.</summary>
    public bool AlwaysHash { get; init; }

    /// <summary>Mode wal: for how long storageds keep raft logs (their <c>wal_ttl</c>); a base that is older is refused.</summary>
    public TimeSpan WalTtl { get; init; } = TimeSpan.FromHours(4);

    /// <summary>
    /// Keeps checkpoint and objects of a run that fails after its first upload, so that it can be resumed. The checkpoint takes
    /// room on the data disks as they change, and no other backup can begin meanwhile.
    /// </summary>
    public bool Resumable { get; init; }

    /// <summary>
    /// Removes what a killed run of this cluster left in this store and on the servers, where <see cref="Cleanup.KilledRuns"/> can be certain of it;
    /// otherwise, and where this is false, such leftovers are a reason to refuse.
    /// </summary>
    public bool ReplacesKilled { get; init; }

    /// <summary>Program and version for the manifest and the lease.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The NebulaCluster's spec for the manifest, where an operator asks; otherwise null.</summary>
    public System.Text.Json.JsonElement? ClusterSpec { get; init; }
}

/// <summary>A backup that is complete.</summary>
/// <param name="Manifest">What was written.</param>
/// <param name="Notices">What did not go as it should without harming the backup, for example a checkpoint that could not be dropped.</param>
public sealed record BackupResult(BackupManifest Manifest, IReadOnlyList<string> Notices)
{
    /// <summary>The backup's name.</summary>
    public BackupName Name => BackupName.Parse(Manifest.Name);
}
