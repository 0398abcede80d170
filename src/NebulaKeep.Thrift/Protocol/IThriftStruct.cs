namespace NebulaKeep.Thrift.Protocol;

/// <summary>A struct or union that knows its fields. Implementations are generated from the IDL.</summary>
public interface IThriftStruct<TSelf> where TSelf : IThriftStruct<TSelf>
{
    /// <summary>Reads one. Unknown fields are skipped; a missing required field without a default is an error.</summary>
    /// <exception cref="ThriftProtocolException">The bytes are not this struct.</exception>
    static abstract TSelf Read(ThriftReader reader);

    /// <summary>Writes it: required and default-requiredness fields always, optional ones when set.</summary>
    void Write(ThriftWriter writer);
}
