namespace NebulaKeep.Backup.Verification;

/// <summary>What level deep found sound.</summary>
/// <param name="Tables">Tables of metad that can be ingested.</param>
/// <param name="Databases">Databases that open and of which every block is good.</param>
/// <param name="Entries">Keys in them.</param>
/// <param name="Logs">Raft logs of replicas whose files are whole.</param>
/// <param name="Partitions">Partitions that the backup should hold.</param>
public sealed record DeepFigures(int Tables, int Databases, long Entries, int Logs, int Partitions);
