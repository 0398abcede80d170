using NebulaKeep.Backup.Progress;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>Remembers what a run said.</summary>
sealed class RecordingObserver : IBackupObserver
{
    readonly Lock gate = new();

    public List<string> Names { get; } = [];

    public List<string> Started { get; } = [];

    public List<string> Ended { get; } = [];

    public List<string> Notices { get; } = [];

    public TransferProgress Last { get; private set; }

    public void Named(BackupName name) => Add(Names, name.Value);

    /// <summary>Called when a step begins.</summary>
    public Action<string> OnStep { get; init; } = _ => { };

    public void StepStarted(string step)
    {
        Add(Started, step);
        OnStep(step);
    }

    public void StepEnded(string step, TimeSpan duration) => Add(Ended, step);

    public void Transferred(TransferProgress progress) => Last = progress;

    public void Notice(string message) => Add(Notices, message);

    void Add(List<string> list, string text)
    {
        lock (gate) list.Add(text);
    }
}
