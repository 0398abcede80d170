using NebulaKeep.Backup.Logs;

namespace NebulaKeep.Backup.Verification.Deep;

/// <summary>What a look into one checkpoint gave.</summary>
/// <param name="Place">The checkpoint.</param>
/// <param name="Database">Its database; null where it is damaged, so that nothing can be said of what it holds.</param>
/// <param name="Logs">The logs of its partitions; null for one of which a file is damaged or missing.</param>
sealed record EngineSeen(EnginePlace Place, DatabaseSeen? Database, IReadOnlyDictionary<int, IReadOnlyList<LogFile>?> Logs);

/// <summary>What a database holds.</summary>
/// <param name="Entries">Number of keys.</param>
/// <param name="Partitions">Partitions that live in it.</param>
/// <param name="Commits">Last committed log id by partition, where there is a mark.</param>
sealed record DatabaseSeen(long Entries, IReadOnlySet<int> Partitions, IReadOnlyDictionary<int, long> Commits)
{
    /// <summary>A checkpoint without database files: storaged makes an empty one and replays the log.</summary>
    public static DatabaseSeen None { get; } = new(0, new HashSet<int>(), new Dictionary<int, long>());

    /// <summary>True for <see cref="None"/>.</summary>
    public bool IsNone => ReferenceEquals(this, None);
}
