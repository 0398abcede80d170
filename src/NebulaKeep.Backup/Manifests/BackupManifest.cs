namespace NebulaKeep.Backup.Manifests;

/// <summary>
/// What makes a backup complete and proves it: <c>manifest.json</c> of docs/formats/backup.md. Written last and create-only,
/// so that a backup exists exactly when its manifest exists. Immutable.
/// </summary>
public sealed record BackupManifest
{
    /// <summary>The format that this version writes, and the newest that it reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary><see cref="Mode"/> of an incremental whose data files are the base's.</summary>
    public const string WalMode = "wal";

    /// <summary>Format of this document; readers refuse a larger one than they know.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The backup's name, which is also its directory: <c>BACKUP_yyyy_MM_dd_HH_mm_ss</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the backup holds all its bytes or shares some.</summary>
    public required BackupType Type { get; init; }

    /// <summary>How an incremental was made: <c>share</c> or <c>wal</c>; null for a full backup.</summary>
    public string? Mode { get; init; }

    /// <summary>The backup that this one was made against; null for a full backup.</summary>
    public string? Base { get; init; }

    /// <summary>Every other backup whose directory may hold bytes of this one, oldest first; empty for a full backup.</summary>
    public IReadOnlyList<string> Chain { get; init; } = [];

    /// <summary>The cluster that was backed up.</summary>
    public required ManifestCluster Cluster { get; init; }

    /// <summary>Program and version that wrote this.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When metad made the backup, by metad's clock; shown as CREATE TIME.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the run began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When the last object was verified.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>How long writes were blocked.</summary>
    public required ManifestBlocking WritesBlocked { get; init; }

    /// <summary>False where spaces were selected by name.</summary>
    public required bool AllSpaces { get; init; }

    /// <summary>The spaces in the backup, by id.</summary>
    public required IReadOnlyList<ManifestSpace> Spaces { get; init; }

    /// <summary>All storage hosts of the cluster at that time, by address.</summary>
    public required IReadOnlyList<ManifestHost> Hosts { get; init; }

    /// <summary>The NebulaCluster's spec where an operator made the backup; otherwise null.</summary>
    public System.Text.Json.JsonElement? ClusterSpec { get; init; }

    /// <summary>How many files the backup has and how large they are.</summary>
    public required ManifestTotals Totals { get; init; }

    /// <summary>The .meta beside this manifest, as the store holds it; null where there is none.</summary>
    public ManifestMetaFile? MetaFile { get; init; }

    /// <summary>All files by path; null where <see cref="Parts"/> lists them.</summary>
    public IReadOnlyList<ManifestFile>? Files { get; init; }

    /// <summary>The objects that list the files of a large backup; null where <see cref="Files"/> does.</summary>
    public IReadOnlyList<ManifestPart>? Parts { get; init; }
}

/// <summary>Whether a backup stands alone.</summary>
public enum BackupType
{
    /// <summary>All its bytes are in its own directory.</summary>
    Full,

    /// <summary>It shares bytes with the backups of its chain.</summary>
    Incremental,
}

/// <summary>Which cluster a backup is of.</summary>
/// <param name="Id">metad's cluster id; 0 where the server tells none (community servers do not).</param>
/// <param name="Key">Identifies the cluster in this store: see <c>ClusterKey</c>.</param>
/// <param name="Metads">Addresses of all metads, in order.</param>
/// <param name="NebulaVersion">The servers' version as listHosts tells it; null where unknown.</param>
public sealed record ManifestCluster(long Id, string Key, IReadOnlyList<string> Metads, string? NebulaVersion = null);

/// <summary>Write-blocked time in milliseconds.</summary>
/// <param name="UpperBoundMillis">Duration of the createBackup call, which blocks, checkpoints and unblocks.</param>
/// <param name="MeasuredMillis">What a probe measured; null where nothing was measured.</param>
public sealed record ManifestBlocking(long UpperBoundMillis, long? MeasuredMillis = null);

/// <summary>A graph space in the backup.</summary>
/// <param name="Id">Space id.</param>
/// <param name="Name">Space name.</param>
/// <param name="Partitions">Number of partitions.</param>
/// <param name="ReplicaFactor">Copies of each partition.</param>
/// <param name="VidType">For example <c>FIXED_STRING(32)</c> or <c>INT64</c>.</param>
/// <param name="Zones">Names of the zones that hold the space.</param>
public sealed record ManifestSpace(int Id, string Name, int Partitions, int ReplicaFactor, string VidType, IReadOnlyList<string> Zones);

/// <summary>A storage host as it was at the time of the backup.</summary>
/// <param name="Address">Its <c>host:port</c> as metad knows it.</param>
/// <param name="Root">The daemon's working directory.</param>
/// <param name="DataPaths">Absolute data paths in the daemon's own order.</param>
/// <param name="Checkpoints">What was copied from it; empty for a host without partitions.</param>
public sealed record ManifestHost(string Address, string Root, IReadOnlyList<string> DataPaths, IReadOnlyList<ManifestCheckpoint> Checkpoints);

/// <summary>One checkpoint: one space on one data path of one host.</summary>
/// <param name="Space">Space id.</param>
/// <param name="Directory">Its directory below <c>data/&lt;host:port&gt;/</c>: <c>data0</c>, <c>data1</c> …, by position in metad's answer as nebula-br does.</param>
/// <param name="DataPath">The data path it was taken from: positions can differ from the daemon's order after a restart.</param>
/// <param name="Leaders">Partitions that this replica led, with the last log id and term: the raft point of the backup.</param>
public sealed record ManifestCheckpoint(int Space, string Directory, string DataPath, IReadOnlyList<ManifestLeader> Leaders);

/// <summary>The raft point of one partition at its leader.</summary>
/// <param name="Partition">Partition id.</param>
/// <param name="LogId">Last log id, which is also the leader's commit id (observed with NebulaGraph 3.8.0).</param>
/// <param name="Term">Raft term of that log.</param>
/// <param name="From">Mode wal: the leader's log id when the data files were made, which the log continues; otherwise null.</param>
public sealed record ManifestLeader(int Partition, long LogId, long Term, long? From = null);

/// <summary>Sums over all files, so that a catalog need not read them.</summary>
/// <param name="Files">Number of files.</param>
/// <param name="Bytes">Bytes of all files.</param>
/// <param name="OwnFiles">Files whose bytes are in the backup's own directory.</param>
/// <param name="OwnBytes">Bytes of those.</param>
public sealed record ManifestTotals(long Files, long Bytes, long OwnFiles, long OwnBytes);

/// <summary>The .meta in nebula-br's framing.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
public sealed record ManifestMetaFile(long Size, string Sha256);

/// <summary>An object with a part of the file list: one JSON document a line, compressed with gzip.</summary>
/// <param name="Path">Below the backup's directory: <c>manifest/&lt;host&gt;.jsonl.gz</c>.</param>
/// <param name="Size">Bytes of the object.</param>
/// <param name="Sha256">Of the object, 64 lower-case hexadecimal digits.</param>
/// <param name="Files">Lines in it.</param>
public sealed record ManifestPart(string Path, long Size, string Sha256, long Files);
