using NebulaKeep.Core;

namespace NebulaKeep.Backup.Restores;

/// <summary>A restore failed or was interrupted after it had begun to change the cluster. The message says where, why, and how the cluster is now.</summary>
public sealed class RestoreFailedException : NebulaKeepException
{
    /// <summary>Makes a failure.</summary>
    public RestoreFailedException(string step, Exception cause, bool interrupted, IReadOnlyList<string> problems)
        : base(Text(step, cause, interrupted, problems), cause)
    {
        Step = step;
        Interrupted = interrupted;
        Problems = problems;
    }

    /// <summary>What was being done.</summary>
    public string Step { get; }

    /// <summary>True where the caller cancelled.</summary>
    public bool Interrupted { get; }

    /// <summary>What went wrong while rolling back; empty: the old data is in place and the daemons run.</summary>
    public IReadOnlyList<string> Problems { get; }

    static string Text(string step, Exception cause, bool interrupted, IReadOnlyList<string> problems)
    {
        var why = interrupted ? $"The restore was interrupted while {step}." : $"The restore failed while {step}: {cause.Message}";
        var rest = problems.Count == 0
            ? "The old data is back in place and the daemons run."
            : $"Rolling back was not complete: {string.Join(" ", problems)} The journals keep what was moved; 'br restore rollback --agents <host:port,…>' finishes it.";
        return $"{why} {rest}";
    }
}
