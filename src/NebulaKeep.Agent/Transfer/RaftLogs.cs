using NebulaKeep.Agent.Guard;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.Agent.Transfer;

/// <summary>Looks into the raft log files of a checkpoint: ids and terms tell br whether a chain of them is whole.</summary>
static class RaftLogs
{
    const int BufferSize = 1 << 16;

    /// <summary>What a file holds; null where it is no raft log file, or none that is whole.</summary>
    /// <param name="file">Its path below a checkpoint is <c>wal/&lt;partition&gt;/&lt;first id&gt;.wal</c>.</param>
    public static Rpc.AgentV1.LogRange? Read(DirectoryGuard guard, ListedFile file)
    {
        if (file.Path.Split('/') is not ["wal", _, var name] || !WalFileName.TryParse(name, out _)) return null;
        using var content = new FileStream(SnapshotStream.OpenHandle(guard, file.FullPath), FileAccess.Read, BufferSize, isAsync: false);
        return WalFileReader.Scan(content, file.FullPath).Range is { } range
            ? new Rpc.AgentV1.LogRange { First = range.First, FirstTerm = range.FirstTerm, Last = range.Last, LastTerm = range.LastTerm }
            : null;
    }
}
