using NebulaKeep.Core;

namespace NebulaKeep.Backup.Progress;

/// <summary>Adds up what the agents report and tells the observer. Safe for concurrent use.</summary>
public sealed class TransferMeter(TimeProvider clock, IBackupObserver observer)
{
    readonly Lock gate = new();
    readonly Dictionary<HostAddress, Share> shares = [];
    readonly long began = clock.GetTimestamp();

    /// <summary>One agent's totals so far, replacing what it said before.</summary>
    public void Report(HostAddress agent, long filesDone, long filesTotal, long bytesDone, long bytesTotal)
    {
        lock (gate)
        {
            shares[agent] = new Share(filesDone, filesTotal, bytesDone, bytesTotal);
            observer.Transferred(Sum());
        }
    }

    TransferProgress Sum()
    {
        var all = shares.Values.Aggregate(default(Share), (a, b) => a + b);
        var seconds = clock.GetElapsedTime(began).TotalSeconds;
        var rate = seconds > 0 ? all.BytesDone / seconds : 0;
        var left = all.BytesTotal - all.BytesDone;
        TimeSpan? remaining = rate > 0 && left / rate < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(Math.Max(0, left) / rate) : null;
        return new TransferProgress(all.FilesDone, all.FilesTotal, all.BytesDone, all.BytesTotal, rate, remaining);
    }

    readonly record struct Share(long FilesDone, long FilesTotal, long BytesDone, long BytesTotal)
    {
        public static Share operator +(Share a, Share b) => new(a.FilesDone + b.FilesDone, a.FilesTotal + b.FilesTotal, a.BytesDone + b.BytesDone, a.BytesTotal + b.BytesTotal);
    }
}
