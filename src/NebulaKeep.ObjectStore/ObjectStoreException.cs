using NebulaKeep.Core;

namespace NebulaKeep.ObjectStore;

/// <summary>A store call failed; the message says what, where and what to do.</summary>
public sealed class ObjectStoreException(StoreFailure failure, string message, Exception? inner = null)
    : NebulaKeepException(message, inner)
{
    /// <summary>Why.</summary>
    public StoreFailure Failure { get; } = failure;

    /// <inheritdoc/>
    public override bool IsTransient => Failure is StoreFailure.Unavailable;
}
