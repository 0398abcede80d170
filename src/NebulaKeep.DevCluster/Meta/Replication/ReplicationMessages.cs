using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.DevCluster.Meta.Replication;

/// <summary>
/// The calls between these metads; NebulaGraph's use raft instead. A whole store fits in one message: metad's tables are small,
/// and the frame limit of the server bounds it.
/// </summary>
static class ReplicationService
{
    /// <summary>Applies changes that follow on what the asked metad has, or replaces all it has.</summary>
    public static ThriftMethod<ReplicateReq, PositionResp> Replicate { get; } = ThriftMethod.Of<ReplicateReq, PositionResp>("devReplicate");

    /// <summary>How far the asked metad is, and all it has if wanted.</summary>
    public static ThriftMethod<ReadStoreReq, ReadStoreResp> ReadStore { get; } = ThriftMethod.Of<ReadStoreReq, ReadStoreResp>("devReadStore");
}

/// <summary>Fields: 1 puts, 2 removed keys, 3 and 4 id and term before, 5 and 6 id and term after, 7 replaces everything.</summary>
sealed record ReplicateReq(
    IReadOnlyList<KeyValue> Puts, IReadOnlyList<byte[]> Removes, CommitPoint Before, CommitPoint After, bool Whole) : IThriftStruct<ReplicateReq>
{
    public static ReplicateReq Read(ThriftReader reader)
    {
        IReadOnlyList<KeyValue> puts = [];
        IReadOnlyList<byte[]> removes = [];
        var numbers = new long[7];
        var whole = false;
        reader.ReadStructBegin();
        while (reader.ReadFieldBegin(out var type, out var id))
        {
            if (id == 1 && type == ThriftType.List) puts = reader.ReadList(ThriftType.Struct, KeyValue.Read);
            else if (id == 2 && type == ThriftType.List) removes = reader.ReadList(ThriftType.String, static r => r.ReadBinary());
            else if (id is >= 3 and <= 6 && type == ThriftType.I64) numbers[id] = reader.ReadI64();
            else if (id == 7 && type == ThriftType.Bool) whole = reader.ReadBool();
            else reader.Skip(type);
        }

        reader.ReadStructEnd();
        return new ReplicateReq(puts, removes, new(numbers[3], numbers[4]), new(numbers[5], numbers[6]), whole);
    }

    public void Write(ThriftWriter writer)
    {
        writer.WriteStructBegin();
        ReplicationFields.WriteRows(writer, 1, Puts);
        writer.WriteFieldBegin(ThriftType.List, 2);
        writer.WriteListBegin(ThriftType.String, Removes.Count);
        foreach (var key in Removes) writer.WriteBinary(key);
        ReplicationFields.WritePoint(writer, 3, Before);
        ReplicationFields.WritePoint(writer, 5, After);
        writer.WriteFieldBegin(ThriftType.Bool, 7);
        writer.WriteBool(Whole);
        writer.WriteStructEnd();
    }
}

/// <summary>Fields: 1 code (E_LOG_GAP when the changes do not follow on), 2 and 3 id and term that the metad has.</summary>
sealed record PositionResp(ErrorCode Code, CommitPoint Position) : IThriftStruct<PositionResp>
{
    public static PositionResp Read(ThriftReader reader)
    {
        var numbers = new long[4];
        reader.ReadStructBegin();
        while (reader.ReadFieldBegin(out var type, out var id))
        {
            if (id == 1 && type == ThriftType.I32) numbers[1] = reader.ReadI32();
            else if (id is 2 or 3 && type == ThriftType.I64) numbers[id] = reader.ReadI64();
            else reader.Skip(type);
        }

        reader.ReadStructEnd();
        return new PositionResp((ErrorCode)numbers[1], new(numbers[2], numbers[3]));
    }

    public void Write(ThriftWriter writer)
    {
        writer.WriteStructBegin();
        writer.WriteFieldBegin(ThriftType.I32, 1);
        writer.WriteI32((int)Code);
        ReplicationFields.WritePoint(writer, 2, Position);
        writer.WriteStructEnd();
    }
}

/// <summary>Field 1: whether the rows are wanted.</summary>
sealed record ReadStoreReq(bool WithRows) : IThriftStruct<ReadStoreReq>
{
    public static ReadStoreReq Read(ThriftReader reader)
    {
        var withRows = false;
        reader.ReadStructBegin();
        while (reader.ReadFieldBegin(out var type, out var id))
        {
            if (id == 1 && type == ThriftType.Bool) withRows = reader.ReadBool();
            else reader.Skip(type);
        }

        reader.ReadStructEnd();
        return new ReadStoreReq(withRows);
    }

    public void Write(ThriftWriter writer)
    {
        writer.WriteStructBegin();
        writer.WriteFieldBegin(ThriftType.Bool, 1);
        writer.WriteBool(WithRows);
        writer.WriteStructEnd();
    }
}

/// <summary>Fields: 1 rows, 2 and 3 id and term.</summary>
sealed record ReadStoreResp(IReadOnlyList<KeyValue> Rows, CommitPoint Position) : IThriftStruct<ReadStoreResp>
{
    public static ReadStoreResp Read(ThriftReader reader)
    {
        IReadOnlyList<KeyValue> rows = [];
        var numbers = new long[4];
        reader.ReadStructBegin();
        while (reader.ReadFieldBegin(out var type, out var id))
        {
            if (id == 1 && type == ThriftType.List) rows = reader.ReadList(ThriftType.Struct, KeyValue.Read);
            else if (id is 2 or 3 && type == ThriftType.I64) numbers[id] = reader.ReadI64();
            else reader.Skip(type);
        }

        reader.ReadStructEnd();
        return new ReadStoreResp(rows, new(numbers[2], numbers[3]));
    }

    public void Write(ThriftWriter writer)
    {
        writer.WriteStructBegin();
        ReplicationFields.WriteRows(writer, 1, Rows);
        ReplicationFields.WritePoint(writer, 2, Position);
        writer.WriteStructEnd();
    }
}

static class ReplicationFields
{
    public static void WriteRows(ThriftWriter writer, short field, IReadOnlyList<KeyValue> rows)
    {
        writer.WriteFieldBegin(ThriftType.List, field);
        writer.WriteListBegin(ThriftType.Struct, rows.Count);
        foreach (var row in rows) row.Write(writer);
    }

    public static void WritePoint(ThriftWriter writer, short field, CommitPoint point)
    {
        writer.WriteFieldBegin(ThriftType.I64, field);
        writer.WriteI64(point.Id);
        writer.WriteFieldBegin(ThriftType.I64, (short)(field + 1));
        writer.WriteI64(point.Term);
    }

    public static IReadOnlyList<KeyValue> ToWire(IEnumerable<MetaRow> rows) => [.. rows.Select(r => new KeyValue { Key = r.Key, Value = r.Value })];
}
