namespace NebulaKeep.Nebula.Wal;

/// <summary>The content of a log entry in upstream's encoding (spec/cluster-layout.md §4.3).</summary>
/// <param name="Milliseconds">Wall clock since 1970 when it was made.</param>
/// <param name="Operation">Its kind.</param>
/// <param name="Changes">What it does to the engine; none for changes of the replicas.</param>
public sealed record LogMessage(long Milliseconds, LogOperation Operation, IReadOnlyList<LogChange> Changes)
{
    const int HeaderLength = 9;
    const int LengthBytes = 4;

    /// <summary>The message that puts all these pairs.</summary>
    public static LogMessage MultiPut(long milliseconds, IReadOnlyList<LogChange> puts) => new(milliseconds, LogOperation.MultiPut, puts);

    /// <summary>The message that removes all these keys.</summary>
    public static LogMessage MultiRemove(long milliseconds, IReadOnlyList<LogChange> removals) => new(milliseconds, LogOperation.MultiRemove, removals);

    /// <summary>The bytes of an entry's message.</summary>
    /// <exception cref="NotSupportedException">A change of the replicas: this server makes none.</exception>
    public byte[] Encode()
    {
        var writer = new LogMessageWriter(HeaderLength + (2 * LengthBytes) + Changes.Sum(EncodedLength));
        writer.Long(Milliseconds);
        writer.Byte((byte)Operation);
        EncodeBody(ref writer);
        return writer.Written;
    }

    /// <summary>Reads an entry's message; its changes are views of the same memory.</summary>
    /// <exception cref="WalException">Not a message.</exception>
    public static LogMessage Parse(ReadOnlyMemory<byte> bytes)
    {
        var reader = new LogMessageReader(bytes);
        var milliseconds = reader.Long();
        var operation = (LogOperation)reader.Byte();
        return new LogMessage(milliseconds, operation, ParseBody(operation, reader));
    }

    void EncodeBody(ref LogMessageWriter writer)
    {
        switch (Operation)
        {
            case LogOperation.Put or LogOperation.MultiPut or LogOperation.RemoveRange:
                writer.Count(2 * Changes.Count);
                foreach (var change in Changes) writer.Pair(change);
                break;
            case LogOperation.Remove:
                writer.Bytes(Changes.Single().Key.Span);
                break;
            case LogOperation.MultiRemove:
                writer.Count(Changes.Count);
                foreach (var change in Changes) writer.Bytes(change.Key.Span);
                break;
            case LogOperation.BatchWrite:
                writer.Count(Changes.Count);
                foreach (var change in Changes) writer.Tagged(change);
                break;
            default:
                throw new NotSupportedException($"{Operation} messages are not written by this server");
        }
    }

    static List<LogChange> ParseBody(LogOperation operation, LogMessageReader reader) => operation switch
    {
        LogOperation.Put or LogOperation.MultiPut => reader.Pairs(LogChangeKind.Put),
        LogOperation.RemoveRange => reader.Pairs(LogChangeKind.RemoveRange),
        LogOperation.Remove => [new LogChange(LogChangeKind.Remove, reader.Bytes())],
        LogOperation.MultiRemove => reader.Keys(),
        LogOperation.BatchWrite => reader.Tagged(),
        LogOperation.AddLearner or LogOperation.TransferLeader or LogOperation.AddPeer or LogOperation.RemovePeer => [],
        _ => throw new WalException($"A log message has the unknown type {(byte)operation}"),
    };

    static int EncodedLength(LogChange change) => 1 + (2 * LengthBytes) + change.Key.Length + change.Value.Length;
}
