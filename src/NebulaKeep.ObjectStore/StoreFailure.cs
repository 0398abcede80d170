namespace NebulaKeep.ObjectStore;

/// <summary>Why a store call failed.</summary>
public enum StoreFailure
{
    /// <summary>The store answered with something that fits no other kind.</summary>
    Other,

    /// <summary>The object does not exist.</summary>
    NotFound,

    /// <summary>The bucket or root folder does not exist.</summary>
    RootNotFound,

    /// <summary>A create-only put found the key taken.</summary>
    AlreadyExists,

    /// <summary>The credentials are wrong or expired.</summary>
    Unauthenticated,

    /// <summary>The credentials are right and may not do this.</summary>
    Forbidden,

    /// <summary>What the store holds, or sent, differs from what was meant.</summary>
    ChecksumMismatch,

    /// <summary>No room left.</summary>
    Full,

    /// <summary>Cut connection, time-out, throttling or server error, still failing after all tries.</summary>
    Unavailable,

    /// <summary>The store's certificate is not trusted.</summary>
    Untrusted,
}
