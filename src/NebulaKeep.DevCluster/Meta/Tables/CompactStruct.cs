using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.DevCluster.Meta.Tables;

/// <summary>Bare thrift structs in the compact protocol, as metad stores them (spec/row-format.md §7.1).</summary>
static class CompactStruct
{
    public static byte[] Write<T>(T value) where T : IThriftStruct<T>
    {
        var writer = new CompactProtocolWriter();
        value.Write(writer);
        return writer.Written.ToArray();
    }

    /// <exception cref="ThriftProtocolException">The bytes are not this struct.</exception>
    public static T Read<T>(byte[] bytes) where T : IThriftStruct<T> => T.Read(new CompactProtocolReader(bytes, ThriftLimits.Server));
}
