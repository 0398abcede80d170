namespace NebulaKeep.DevCluster.Meta.Store;

/// <summary>One key of metad's store with its value.</summary>
readonly record struct MetaRow(byte[] Key, byte[] Value);

/// <summary>How far a store is: the log id and term of raft's commit key (spec/cluster-layout.md §5.2). Later is greater.</summary>
readonly record struct CommitPoint(long Id, long Term) : IComparable<CommitPoint>
{
    public int CompareTo(CommitPoint other) => Term != other.Term ? Term.CompareTo(other.Term) : Id.CompareTo(other.Id);

    public CommitPoint Next() => this with { Id = Id + 1 };
}
