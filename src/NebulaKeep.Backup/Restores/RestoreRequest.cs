using NebulaKeep.Core;

namespace NebulaKeep.Backup.Restores;

/// <summary>What to restore.</summary>
public sealed record RestoreRequest
{
    /// <summary>The backup.</summary>
    public required BackupName Name { get; init; }

    /// <summary>Files in flight at each agent; at least 1.</summary>
    public int Concurrency { get; init; } = 5;
}

/// <summary>A restore that is complete.</summary>
/// <param name="Name">The backup.</param>
/// <param name="Files">Files fetched.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Notices">What did not go as it should without harming the restore.</param>
public sealed record RestoreResult(BackupName Name, long Files, long Bytes, IReadOnlyList<string> Notices);
