using NebulaKeep.ObjectStore;

namespace NebulaKeep.Agent.Pull;

/// <summary>What <c>agent pull</c> is told; see <see cref="PullFlags"/> for the names.</summary>
sealed record PullSettings
{
    /// <summary>File with the plan of the restore.</summary>
    public required string Plan { get; init; }

    /// <summary>True for a metad, false for a storaged.</summary>
    public required bool IsMetad { get; init; }

    /// <summary>Which of its kind this host is, from 0.</summary>
    public required int Ordinal { get; init; }

    /// <summary>The daemon's data paths, absolute, in its own order.</summary>
    public required IReadOnlyList<string> DataPaths { get; init; }

    /// <summary>Bytes a second for all transfers together; 0: no limit.</summary>
    public double BytesPerSecond { get; init; }

    /// <summary>Where the backups lie. Read only when it is needed: its Secrets may be gone when the restore is over.</summary>
    public required Func<StoreSettings> Store { get; init; }
}
