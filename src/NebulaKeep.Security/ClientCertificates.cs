namespace NebulaKeep.Security;

/// <summary>What a server asks of its clients.</summary>
public enum ClientCertificates
{
    /// <summary>A certificate of the CA, or the handshake fails.</summary>
    Required,

    /// <summary>None is asked for, as community NebulaGraph daemons do (spec/meta-thrift.md §5.2).</summary>
    None,
}
