namespace NebulaKeep.Core;

/// <summary>
/// Base of every failure that this project reports on purpose. The message says what was being done, to what,
/// and what to do about it; it never holds a secret.
/// </summary>
public class NebulaKeepException : Exception
{
    /// <summary>Makes a failure that trying again cannot mend.</summary>
    public NebulaKeepException(string message, Exception? inner = null) : base(message, inner) { }

    /// <summary>True where the same call may succeed later: a cut connection, a busy server, a leader change.</summary>
    public virtual bool IsTransient => false;
}
