using NebulaKeep.Core;

namespace NebulaKeep.Backup.Backups;

/// <summary>A backup failed or was interrupted; there is none. The message says in which step, why, and what is left to do.</summary>
public sealed class BackupFailedException : NebulaKeepException
{
    /// <summary>Makes a failure.</summary>
    public BackupFailedException(string step, Exception cause, bool interrupted, BackupName? name, bool resumable, IReadOnlyList<string> leftovers)
        : base(Text(step, cause, interrupted, name, resumable, leftovers), cause)
    {
        Resumable = resumable;
        Step = step;
        Interrupted = interrupted;
        Name = name;
        Leftovers = leftovers;
    }

    /// <summary>What was being done.</summary>
    public string Step { get; }

    /// <summary>True where the caller cancelled.</summary>
    public bool Interrupted { get; }

    /// <summary>The name that metad had given; null before that.</summary>
    public BackupName? Name { get; }

    /// <summary>Checkpoint and objects were kept: the backup can be resumed.</summary>
    public bool Resumable { get; }

    /// <summary>What could not be cleaned up, each with what to do; empty: nothing is left behind.</summary>
    public IReadOnlyList<string> Leftovers { get; }

    static string Text(string step, Exception cause, bool interrupted, BackupName? name, bool resumable, IReadOnlyList<string> leftovers)
    {
        var what = name is null ? "The backup" : $"Backup {name}";
        var why = interrupted ? $"{what} was interrupted while {step}." : $"{what} failed while {step}: {Sentence.Of(cause.Message)}";
        var rest = leftovers.Count == 0 ? "Writes are open, and nothing is left behind." : "Left to do: " + string.Join(" ", leftovers);
        return resumable
            ? $"{why} {(leftovers.Count == 0 ? "Writes are open." : rest)} Its checkpoint and what was sent are kept: 'br backup … --resume {name}' goes on, 'br cleanup --name {name}' gives it up."
            : $"{why} {rest}";
    }
}
