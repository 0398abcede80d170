using NebulaKeep.Core;

namespace NebulaKeep.Backup.Verification;

/// <summary>What a verification saw.</summary>
public sealed record VerifyReport
{
    /// <summary>The backup.</summary>
    public required BackupName Name { get; init; }

    /// <summary>How closely it was looked at.</summary>
    public required VerifyLevel Level { get; init; }

    /// <summary>Objects that the backup consists of.</summary>
    public long Objects { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Objects that were read and compared.</summary>
    public long ObjectsRead { get; init; }

    /// <summary>Their bytes.</summary>
    public long BytesRead { get; init; }

    /// <summary>What level deep found sound; null at other levels, and where the layout of a backup is not known.</summary>
    public DeepFigures? Deep { get; init; }

    /// <summary>All damage that was found, by key.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Sentences that say how far this verification goes, and what else was noticed that is no damage.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>True where no damage was found.</summary>
    public bool IsWhole => Findings.Count == 0;
}

/// <summary>There is nothing of that name that could be verified.</summary>
public sealed class NothingToVerifyException(string message) : NebulaKeepException(message);
