namespace NebulaKeep.ObjectStore;

/// <summary>What a put does where the key is taken.</summary>
public enum PutCondition
{
    /// <summary>Replaces the object in one step.</summary>
    Overwrite,

    /// <summary>Fails with <see cref="StoreFailure.AlreadyExists"/>; of several at once, one wins.</summary>
    CreateOnly,
}
