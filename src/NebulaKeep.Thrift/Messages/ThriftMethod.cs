using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Messages;

/// <summary>A method of a service: its wire name and how arguments and result are written. Clients and servers share it.</summary>
public abstract class ThriftMethod
{
    private protected ThriftMethod(string name, bool isOneway)
    {
        Name = name;
        IsOneway = isOneway;
    }

    /// <summary>The name on the wire.</summary>
    public string Name { get; }

    /// <summary>True if no reply is sent.</summary>
    public bool IsOneway { get; }

    /// <summary>A method of one struct parameter (field 1) and a struct result: nearly all of NebulaGraph's.</summary>
    public static ThriftMethod<TRequest, TResponse> Of<TRequest, TResponse>(string name)
        where TRequest : class, IThriftStruct<TRequest> where TResponse : class, IThriftStruct<TResponse> =>
        new(name, false, (w, v) => WriteWrapped(w, 1, v), r => ReadWrapped<TRequest>(r, 1), (w, v) => WriteWrapped(w, 0, v),
            r => ReadWrapped<TResponse>(r, 0));

    /// <summary>A method whose parameters are the fields of <typeparamref name="TArgs"/>.</summary>
    public static ThriftMethod<TArgs, TResponse> WithArgs<TArgs, TResponse>(string name)
        where TArgs : class, IThriftStruct<TArgs> where TResponse : class, IThriftStruct<TResponse> =>
        new(name, false, (w, v) => v.Write(w), TArgs.Read, (w, v) => WriteWrapped(w, 0, v), r => ReadWrapped<TResponse>(r, 0));

    /// <summary>A method whose result is no struct, so that the whole result struct is given.</summary>
    public static ThriftMethod<TArgs, TResult> Bare<TArgs, TResult>(string name)
        where TArgs : class, IThriftStruct<TArgs> where TResult : class, IThriftStruct<TResult> =>
        new(name, false, (w, v) => v.Write(w), TArgs.Read, (w, v) => v.Write(w), TResult.Read);

    /// <summary>A method that gets no reply.</summary>
    public static ThriftMethod<TArgs, ThriftNothing> Oneway<TArgs>(string name) where TArgs : class, IThriftStruct<TArgs> =>
        new(name, true, (w, v) => v.Write(w), TArgs.Read, WriteNothing, _ => default);

    // A caller that sends a oneway method as an ordinary call gets an empty result struct.
    static void WriteNothing(ThriftWriter writer, ThriftNothing nothing)
    {
        writer.WriteStructBegin();
        writer.WriteStructEnd();
    }

    static void WriteWrapped<T>(ThriftWriter writer, short id, T value) where T : IThriftStruct<T>
    {
        writer.WriteStructBegin();
        writer.WriteFieldBegin(ThriftType.Struct, id);
        value.Write(writer);
        writer.WriteStructEnd();
    }

    static T ReadWrapped<T>(ThriftReader reader, short wanted) where T : class, IThriftStruct<T>
    {
        T? value = null;
        reader.ReadStructBegin();
        while (reader.ReadFieldBegin(out var type, out var id))
        {
            if (id == wanted && type == ThriftType.Struct) value = T.Read(reader);
            else reader.Skip(type);
        }
        reader.ReadStructEnd();
        return value ?? throw reader.Malformed(wanted == 0 ? "a reply without a result" : "a call without its argument");
    }
}

/// <summary>A method with its types.</summary>
public sealed class ThriftMethod<TRequest, TResponse> : ThriftMethod
{
    internal ThriftMethod(
        string name, bool isOneway,
        Action<ThriftWriter, TRequest> writeArgs, Func<ThriftReader, TRequest> readArgs,
        Action<ThriftWriter, TResponse> writeResult, Func<ThriftReader, TResponse> readResult) : base(name, isOneway)
    {
        WriteArgs = writeArgs;
        ReadArgs = readArgs;
        WriteResult = writeResult;
        ReadResult = readResult;
    }

    /// <summary>Writes the args struct.</summary>
    public Action<ThriftWriter, TRequest> WriteArgs { get; }

    /// <summary>Reads the args struct.</summary>
    public Func<ThriftReader, TRequest> ReadArgs { get; }

    /// <summary>Writes the result struct.</summary>
    public Action<ThriftWriter, TResponse> WriteResult { get; }

    /// <summary>Reads the result struct.</summary>
    public Func<ThriftReader, TResponse> ReadResult { get; }
}

/// <summary>The result of a oneway method.</summary>
public readonly record struct ThriftNothing;
