namespace NebulaKeep.DevCluster.Meta.Store;

/// <summary>Changes that are made together or not at all. The last change of a key counts.</summary>
sealed class MetaBatch
{
    readonly List<(byte[] Key, byte[]? Value)> changes = [];

    /// <summary>In order; a null value removes the key.</summary>
    public IReadOnlyList<(byte[] Key, byte[]? Value)> Changes => changes;

    public bool IsEmpty => changes.Count == 0;

    public MetaBatch Put(byte[] key, byte[] value)
    {
        changes.Add((key, value));
        return this;
    }

    public MetaBatch Remove(byte[] key)
    {
        changes.Add((key, null));
        return this;
    }

    public MetaBatch RemoveAll(IEnumerable<MetaRow> rows)
    {
        foreach (var row in rows) Remove(row.Key);
        return this;
    }
}
