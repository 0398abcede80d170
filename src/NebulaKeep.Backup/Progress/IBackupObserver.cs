using NebulaKeep.Core;

namespace NebulaKeep.Backup.Progress;

/// <summary>Hears what a run does. Calls come from several threads, one at a time for each kind; they must return at once and not throw.</summary>
public interface IBackupObserver
{
    /// <summary>metad has given the backup its name, or the caller has.</summary>
    void Named(BackupName name);

    /// <summary>A step begins.</summary>
    void StepStarted(string step);

    /// <summary>A step ended well.</summary>
    void StepEnded(string step, TimeSpan duration);

    /// <summary>Bytes moved; about once a second for each agent.</summary>
    void Transferred(TransferProgress progress);

    /// <summary>Something that the operator of the cluster should know and that stops nothing.</summary>
    void Notice(string message);
}

/// <summary>How far a transfer is, over all agents.</summary>
/// <param name="FilesDone">Files finished.</param>
/// <param name="FilesTotal">Files known so far.</param>
/// <param name="BytesDone">Bytes moved.</param>
/// <param name="BytesTotal">Bytes known so far.</param>
/// <param name="BytesPerSecond">Since the transfer began.</param>
/// <param name="Remaining">At that rate; null while unknown.</param>
public readonly record struct TransferProgress(long FilesDone, long FilesTotal, long BytesDone, long BytesTotal, double BytesPerSecond, TimeSpan? Remaining)
{
    /// <summary>0 to 100; 100 where there is nothing to move.</summary>
    public double Percent => BytesTotal <= 0 ? 100 : Math.Min(100, 100.0 * BytesDone / BytesTotal);
}
