using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Configuration;

/// <summary>A command line or flag file that a daemon cannot start with; the message names the flag and the file.</summary>
public sealed class FlagsException : NebulaKeepException
{
    /// <summary>Makes the failure.</summary>
    public FlagsException(string message, Exception? inner = null) : base(message, inner) { }
}
