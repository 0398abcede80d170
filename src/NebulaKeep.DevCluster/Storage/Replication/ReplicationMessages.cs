using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.DevCluster.Storage.Replication;

/// <summary>The calls between these storageds, on the raft port; NebulaGraph's own raft messages are not spoken.</summary>
static class ReplicationService
{
    /// <summary>The largest number of log or data bytes that one call carries, apart from a single larger entry.</summary>
    public const int MaxPayload = 4 << 20;

    /// <summary>Entries behind a place that the replica has.</summary>
    public static ThriftMethod<AppendRequest, AppendReply> Append { get; } = ThriftMethod.Of<AppendRequest, AppendReply>("devReplicate");

    /// <summary>A part of a whole copy, for a replica that the log no longer reaches back to.</summary>
    public static ThriftMethod<CopyRequest, AppendReply> Copy { get; } = ThriftMethod.Of<CopyRequest, AppendReply>("devCopy");
}

/// <summary>Fields: 1 space, 2 part, 3 leader's term, 4 id and 5 term before the entries, 6 id that is committed, 7 entries in the log files' format.</summary>
sealed record AppendRequest(int Space, int Part, long Term, LogPosition Before, long CommittedId, IReadOnlyList<LogEntry> Entries) : IThriftStruct<AppendRequest>
{
    public static AppendRequest Read(ThriftReader reader)
    {
        var numbers = new long[7];
        byte[] entries = [];
        reader.ReadStructBegin();
        while (reader.ReadFieldBegin(out var type, out var id))
        {
            if (id is >= 1 and <= 6 && type == ThriftType.I64) numbers[id] = reader.ReadI64();
            else if (id == 7 && type == ThriftType.String) entries = reader.ReadBinary();
            else reader.Skip(type);
        }
        reader.ReadStructEnd();
        return new AppendRequest((int)numbers[1], (int)numbers[2], numbers[3], new LogPosition(numbers[4], numbers[5]), numbers[6], WalFormat.ReadAll(entries));
    }

    public void Write(ThriftWriter writer)
    {
        writer.WriteStructBegin();
        ReplicationFields.WriteNumbers(writer, Space, Part, Term, Before.Id, Before.Term, CommittedId);
        writer.WriteFieldBegin(ThriftType.String, 7);
        writer.WriteBinary(WalFormat.WriteAll(Entries));
        writer.WriteStructEnd();
    }
}

/// <summary>Fields: 1 code, 2 id and 3 term of the end of the replica's log.</summary>
sealed record AppendReply(ErrorCode Code, LogPosition Last) : IThriftStruct<AppendReply>
{
    public static AppendReply Read(ThriftReader reader)
    {
        var numbers = new long[4];
        reader.ReadStructBegin();
        while (reader.ReadFieldBegin(out var type, out var id))
        {
            if (id is >= 1 and <= 3 && type == ThriftType.I64) numbers[id] = reader.ReadI64();
            else reader.Skip(type);
        }
        reader.ReadStructEnd();
        return new AppendReply((ErrorCode)numbers[1], new LogPosition(numbers[2], numbers[3]));
    }

    public void Write(ThriftWriter writer)
    {
        writer.WriteStructBegin();
        ReplicationFields.WriteNumbers(writer, (int)Code, Last.Id, Last.Term);
        writer.WriteStructEnd();
    }
}

/// <summary>Fields: 1 space, 2 part, 3 leader's term, 4 id and 5 term that the copy holds, 6 bit 0 first part, bit 1 last part, 7 rows.</summary>
sealed record CopyRequest(int Space, int Part, long Term, LogPosition Holds, bool IsFirst, bool IsLast, IReadOnlyList<KeyValue> Rows) : IThriftStruct<CopyRequest>
{
    public static CopyRequest Read(ThriftReader reader)
    {
        var numbers = new long[7];
        IReadOnlyList<KeyValue> rows = [];
        reader.ReadStructBegin();
        while (reader.ReadFieldBegin(out var type, out var id))
        {
            if (id is >= 1 and <= 6 && type == ThriftType.I64) numbers[id] = reader.ReadI64();
            else if (id == 7 && type == ThriftType.List) rows = reader.ReadList(ThriftType.Struct, KeyValue.Read);
            else reader.Skip(type);
        }
        reader.ReadStructEnd();
        return new CopyRequest((int)numbers[1], (int)numbers[2], numbers[3], new LogPosition(numbers[4], numbers[5]),
            (numbers[6] & 1) != 0, (numbers[6] & 2) != 0, rows);
    }

    public void Write(ThriftWriter writer)
    {
        writer.WriteStructBegin();
        ReplicationFields.WriteNumbers(writer, Space, Part, Term, Holds.Id, Holds.Term, (IsFirst ? 1 : 0) | (IsLast ? 2 : 0));
        writer.WriteFieldBegin(ThriftType.List, 7);
        writer.WriteListBegin(ThriftType.Struct, Rows.Count);
        foreach (var row in Rows) row.Write(writer);
        writer.WriteStructEnd();
    }
}

static class ReplicationFields
{
    /// <summary>Numbers as fields 1, 2, 3 and so on.</summary>
    public static void WriteNumbers(ThriftWriter writer, params ReadOnlySpan<long> numbers)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            writer.WriteFieldBegin(ThriftType.I64, (short)(i + 1));
            writer.WriteI64(numbers[i]);
        }
    }
}
