using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Watching;

/// <summary>Indexes that controllers need.</summary>
public static class Indexers
{
    /// <summary>By the identity of each owner.</summary>
    public static readonly Indexer ByOwner = OwnerReferences.Uids;

    /// <summary>By the value of a label; objects without it are not in the index.</summary>
    public static Indexer ByLabel(string key) => item => item.Label(key) is { } value ? [value] : [];
}
