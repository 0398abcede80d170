namespace NebulaKeep.Rpc;

/// <summary>gRPC's status codes; the numbers are the wire contract.</summary>
public enum GrpcStatusCode
{
    /// <summary>Success.</summary>
    Ok = 0,

    /// <summary>The caller gave up.</summary>
    Cancelled = 1,

    /// <summary>A failure of no other kind; upstream's agent sends this for everything (spec/agent.md §2).</summary>
    Unknown = 2,

    /// <summary>The request itself is wrong, whatever the state of the server.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed.</summary>
    DeadlineExceeded = 4,

    /// <summary>What the request names does not exist.</summary>
    NotFound = 5,

    /// <summary>What the request makes exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A limit was reached: message size, disk space.</summary>
    ResourceExhausted = 8,

    /// <summary>The state of the server does not allow this now; trying again alone does not help.</summary>
    FailedPrecondition = 9,

    /// <summary>Another call was in the way.</summary>
    Aborted = 10,

    /// <summary>A position past the end.</summary>
    OutOfRange = 11,

    /// <summary>The server does not know the method.</summary>
    Unimplemented = 12,

    /// <summary>A defect of the server, or bytes that are no gRPC.</summary>
    Internal = 13,

    /// <summary>No connection; the call may succeed later.</summary>
    Unavailable = 14,

    /// <summary>Data differs from its checksum.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
