namespace NebulaKeep.Backup.Verification.Deep;

/// <summary>What metad's tables say of spaces and partitions.</summary>
/// <param name="Spaces">Ids of the spaces.</param>
/// <param name="Peers">The hosts of each partition's replicas.</param>
sealed record TablesSeen(IReadOnlySet<int> Spaces, IReadOnlyDictionary<(int Space, int Partition), IReadOnlyList<string>> Peers);
