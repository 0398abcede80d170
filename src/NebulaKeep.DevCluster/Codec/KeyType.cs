namespace NebulaKeep.DevCluster.Codec;

/// <summary>First byte of a storage key (spec/cluster-layout.md §5.1).</summary>
public enum KeyType : byte
{
    /// <summary>A vertex's row of one tag.</summary>
    Tag = 1,

    /// <summary>One direction of an edge.</summary>
    Edge = 2,

    /// <summary>An index entry; never written here.</summary>
    Index = 3,

    /// <summary>Commit mark or partition marker.</summary>
    System = 4,

    /// <summary>A change noted while an index is rebuilt; never written here.</summary>
    Operation = 5,

    /// <summary>An entry of the key-value interface.</summary>
    KeyValue = 6,

    /// <summary>A vertex without regard to tags; the servers do not write it by default, nor does this one.</summary>
    Vertex = 7,
}
