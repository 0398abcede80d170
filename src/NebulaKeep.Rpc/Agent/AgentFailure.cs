namespace NebulaKeep.Rpc.Agent;

/// <summary>Why a call to an agent failed.</summary>
public enum AgentFailure
{
    /// <summary>The agent reported a failure of no other kind.</summary>
    Failed,

    /// <summary>No connection, or it was cut.</summary>
    Unreachable,

    /// <summary>The certificate of one side was not accepted by the other.</summary>
    Untrusted,

    /// <summary>The agent does not allow this: a path outside its directories, a peer that is not on its list.</summary>
    Refused,

    /// <summary>A file, object or journal does not exist.</summary>
    NotFound,

    /// <summary>A target exists with other content.</summary>
    AlreadyExists,

    /// <summary>The request makes no sense, or the agent does not know the call.</summary>
    Invalid,

    /// <summary>The state of the host does not allow it now.</summary>
    NotNow,

    /// <summary>Bytes differ from their digest.</summary>
    Corrupt,

    /// <summary>A disk or a limit is full.</summary>
    Full,

    /// <summary>No answer in time.</summary>
    TimedOut,
}
