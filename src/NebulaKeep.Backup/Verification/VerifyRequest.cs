using NebulaKeep.Core;

namespace NebulaKeep.Backup.Verification;

/// <summary>How closely a backup is looked at; each level includes those before it.</summary>
public enum VerifyLevel
{
    /// <summary>Every object is there with its size, seen by listing. Reads manifests only.</summary>
    Exists,

    /// <summary>Every object is read and compared with its SHA-256.</summary>
    Checksum,

    /// <summary>
    /// Every database and table is opened and all its blocks are read, every raft log is followed, and every partition is looked for where
    /// metad's tables say it is. One checkpoint at a time is downloaded.
    /// </summary>
    Deep,
}

/// <summary>Which backup to verify, and how.</summary>
public sealed record VerifyRequest
{
    /// <summary>The backup.</summary>
    public required BackupName Name { get; init; }

    /// <summary>How closely.</summary>
    public VerifyLevel Level { get; init; } = VerifyLevel.Exists;

    /// <summary>The share of objects that <see cref="VerifyLevel.Checksum"/> reads, above 0 and at most 1; chosen at random, at least one.</summary>
    public double Sample { get; init; } = 1;

    /// <summary>The folder to which <see cref="VerifyLevel.Deep"/> downloads what it looks at; made if it does not exist, and what is put there is removed.</summary>
    public string Scratch { get; init; } = Path.GetTempPath();

    /// <summary>Objects read at once.</summary>
    public int Concurrency { get; init; } = 5;
}
