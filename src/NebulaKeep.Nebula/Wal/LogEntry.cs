namespace NebulaKeep.Nebula.Wal;

/// <summary>One entry of a partition's log.</summary>
/// <param name="Id">Counts from 1, without gaps.</param>
/// <param name="Term">Term of the leader that made it.</param>
/// <param name="Message">A <see cref="LogMessage"/>, or nothing: a heartbeat.</param>
public readonly record struct LogEntry(long Id, long Term, ReadOnlyMemory<byte> Message)
{
    /// <summary>Bytes of the entry in a file.</summary>
    public int FileLength => WalFormat.Overhead + Message.Length;
}
