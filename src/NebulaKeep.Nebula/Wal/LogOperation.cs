namespace NebulaKeep.Nebula.Wal;

/// <summary>Kind of a log message (spec/cluster-layout.md §4.3).</summary>
public enum LogOperation : byte
{
    /// <summary>One key and value.</summary>
    Put = 1,

    /// <summary>Several keys and values.</summary>
    MultiPut = 2,

    /// <summary>One key goes.</summary>
    Remove = 3,

    /// <summary>Several keys go.</summary>
    MultiRemove = 4,

    /// <summary>All keys from one on, before another, go.</summary>
    RemoveRange = 6,

    /// <summary>A change of the replicas; carries an address and no data.</summary>
    AddLearner = 7,

    /// <summary>A change of the leader; carries an address and no data.</summary>
    TransferLeader = 8,

    /// <summary>A change of the replicas; carries an address and no data.</summary>
    AddPeer = 9,

    /// <summary>A change of the replicas; carries an address and no data.</summary>
    RemovePeer = 0x10,

    /// <summary>Puts and removals mixed.</summary>
    BatchWrite = 0x11,
}
