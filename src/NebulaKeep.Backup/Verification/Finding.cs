namespace NebulaKeep.Backup.Verification;

/// <summary>What is wrong with an object.</summary>
public enum FindingKind
{
    /// <summary>It is not in the store.</summary>
    Missing,

    /// <summary>It has another size than it was stored with.</summary>
    WrongSize,

    /// <summary>It has its size and another content.</summary>
    WrongContent,

    /// <summary>The store cannot read it.</summary>
    Unreadable,

    /// <summary>It is as it was stored, and yet no server could use it.</summary>
    Unusable,
}

/// <summary>One piece of damage.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Key">The object, below the store's root.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Path">Its place in the backup, where that is another than the object's; otherwise null.</param>
public sealed record Finding(FindingKind Kind, string Key, string Detail, string? Path = null)
{
    /// <summary>Other backups that use the same object and so have the same damage.</summary>
    public IReadOnlyList<string> UsedBy { get; init; } = [];
}
