namespace NebulaKeep.Thrift.Messages;

/// <summary>Kinds of message (spec/meta-thrift.md §2.2).</summary>
public enum ThriftMessageType
{
    /// <summary>A call that wants a reply.</summary>
    Call = 1,

    /// <summary>A result.</summary>
    Reply = 2,

    /// <summary>A <see cref="ThriftApplicationException"/> instead of a result.</summary>
    Exception = 3,

    /// <summary>A call that gets no reply.</summary>
    Oneway = 4,
}
