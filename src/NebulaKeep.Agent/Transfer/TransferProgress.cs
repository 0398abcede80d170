using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Agent.Transfer;

/// <summary>Counts of one transfer. Safe for concurrent use.</summary>
sealed class TransferProgress(long filesTotal, long bytesTotal)
{
    long filesDone;
    long bytesDone;

    public void AddBytes(int count) => AddBytes((long)count);

    public void AddBytes(long count) => Interlocked.Add(ref bytesDone, count);

    public void AddFile() => Interlocked.Increment(ref filesDone);

    /// <summary>The counts now. A WAL can be longer at its opening than when it was listed: the total follows.</summary>
    public Progress Current()
    {
        var bytes = Interlocked.Read(ref bytesDone);
        return new Progress { FilesDone = Interlocked.Read(ref filesDone), FilesTotal = filesTotal, BytesDone = bytes, BytesTotal = Math.Max(bytes, bytesTotal) };
    }

    public Summary Summary() => new() { Files = Interlocked.Read(ref filesDone), Bytes = Interlocked.Read(ref bytesDone) };
}
