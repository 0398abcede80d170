using NebulaKeep.Core;

namespace NebulaKeep.Backup.Progress;

/// <summary>Hears and says nothing.</summary>
sealed class SilentObserver : IBackupObserver
{
    public void Named(BackupName name) => Ignore();

    public void StepStarted(string step) => Ignore();

    public void StepEnded(string step, TimeSpan duration) => Ignore();

    public void Transferred(TransferProgress progress) => Ignore();

    public void Notice(string message) => Ignore();

    static void Ignore()
    {
        // Nobody listens.
    }
}
