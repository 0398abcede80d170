namespace NebulaKeep.Thrift.Messages;

/// <summary>Kinds of TApplicationException: Apache's 0 to 7 and fbthrift's further ones (spec/meta-thrift.md §2.2).</summary>
public enum ThriftApplicationError
{
    /// <summary>Not said.</summary>
    Unknown = 0,

    /// <summary>The server has no such method.</summary>
    UnknownMethod = 1,

    /// <summary>Neither a call nor oneway.</summary>
    InvalidMessageType = 2,

    /// <summary>The reply names another method.</summary>
    WrongMethodName = 3,

    /// <summary>The reply has another sequence id.</summary>
    BadSequenceId = 4,

    /// <summary>The reply holds no result.</summary>
    MissingResult = 5,

    /// <summary>The handler failed.</summary>
    InternalError = 6,

    /// <summary>The arguments could not be read.</summary>
    ProtocolError = 7,

    /// <summary>THeader transform that the server does not have.</summary>
    InvalidTransform = 8,

    /// <summary>THeader protocol id that the server does not have.</summary>
    InvalidProtocol = 9,

    /// <summary>Framing that the server does not have.</summary>
    UnsupportedClientType = 10,

    /// <summary>The server is overloaded.</summary>
    LoadShedding = 11,

    /// <summary>The server gave up on time.</summary>
    Timeout = 12,

    /// <summary>A fault injected for a test.</summary>
    InjectedFailure = 13,

    /// <summary>The payload's checksum is wrong.</summary>
    ChecksumMismatch = 14,

    /// <summary>The call was interrupted.</summary>
    Interruption = 15,
}
