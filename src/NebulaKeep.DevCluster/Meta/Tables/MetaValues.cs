using System.Text;
using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Meta.Tables;

/// <summary>A heartbeat record: when the host was last heard of, as what, and which build it runs.</summary>
readonly record struct HostRecord(long LastHeartbeatMs, int Role, string GitSha);

/// <summary>A snapshot or backup that metad knows: VALID 0, INVALID 1.</summary>
readonly record struct SnapshotRecord(int Status, string Hosts);

/// <summary>The values of metad's tables that are not thrift structs (spec/cluster-layout.md §6).</summary>
static class MetaValues
{
    const int PartsAsText = 2;
    const byte HostRecordVersion = 2;
    const int LeaderWithTerm = 3;

    public static byte[] Int32(int value) => new BytesWriter().Int32(value).ToArray();

    public static int Int32(ReadOnlySpan<byte> value) => new BytesReader(value).Int32();

    public static byte[] Int64(long value) => new BytesWriter().Int64(value).ToArray();

    public static long Int64(ReadOnlySpan<byte> value) => new BytesReader(value).Int64();

    /// <summary>"h:p, h:p", as tables, snapshots and SHOW write lists of hosts.</summary>
    public static string HostList(IEnumerable<HostAddress> hosts) => string.Join(", ", hosts);

    public static IReadOnlyList<HostAddress> HostList(string text)
    {
        var entries = text.Split(", ", StringSplitOptions.RemoveEmptyEntries);
        return [.. entries.Select(e => HostAddress.TryParse(e, out var host) ? host : throw new CorruptRecordException($"'{e}' is not host:port"))];
    }

    public static byte[] Peers(IEnumerable<HostAddress> peers) => new BytesWriter().Int32(PartsAsText).Ascii(HostList(peers)).ToArray();

    public static IReadOnlyList<HostAddress> Peers(ReadOnlySpan<byte> value)
    {
        var reader = new BytesReader(value);
        var version = reader.Int32();
        return version == PartsAsText ? HostList(reader.Rest()) : throw new CorruptRecordException($"__parts__ has version {version}, 2 is expected");
    }

    public static byte[] Zone(IEnumerable<HostAddress> hosts) => Encoding.UTF8.GetBytes(HostList(hosts));

    public static IReadOnlyList<HostAddress> Zone(ReadOnlySpan<byte> value) => HostList(Encoding.UTF8.GetString(value));

    public static byte[] Schema(string name, ReadOnlySpan<byte> schema) =>
        new BytesWriter().Int32(Encoding.UTF8.GetByteCount(name)).Ascii(name).Raw(schema).ToArray();

    /// <summary>The name, and the compact Schema behind it.</summary>
    public static (string Name, byte[] Schema) Schema(ReadOnlySpan<byte> value)
    {
        var reader = new BytesReader(value);
        var name = reader.Text(reader.Int32());
        return (name, value[(sizeof(int) + Encoding.UTF8.GetByteCount(name))..].ToArray());
    }

    public static byte[] Host(HostRecord record) => new BytesWriter()
        .Byte(HostRecordVersion).Int64(record.LastHeartbeatMs).Int32(record.Role).Sized(Encoding.UTF8.GetBytes(record.GitSha)).ToArray();

    public static HostRecord Host(ReadOnlySpan<byte> value)
    {
        var reader = new BytesReader(value);
        reader.Byte();
        var (heartbeat, role) = (reader.Int64(), reader.Int32());
        return new HostRecord(heartbeat, role, Encoding.UTF8.GetString(reader.Sized()));
    }

    public static byte[] Snapshot(SnapshotRecord record) => new BytesWriter().Int32(record.Status).Ascii(record.Hosts).ToArray();

    public static SnapshotRecord Snapshot(ReadOnlySpan<byte> value)
    {
        var reader = new BytesReader(value);
        return new SnapshotRecord(reader.Int32(), reader.Rest());
    }

    public static byte[] LeaderTerm(HostAddress leader, long term) =>
        new BytesWriter().Int32(LeaderWithTerm).SizedHost(leader).Int64(term).ToArray();

    public static (HostAddress Leader, long Term) LeaderTerm(ReadOnlySpan<byte> value)
    {
        var reader = new BytesReader(value);
        reader.Int32();
        reader.Int64();
        return (reader.Host(), reader.Int64());
    }

    /// <summary>u64 length and the MD5 of the password in hex: what NebulaGraph stores; nothing here relies on it for safety.</summary>
    public static byte[] Password(string md5Hex) => new BytesWriter().Sized(Encoding.UTF8.GetBytes(md5Hex)).ToArray();

    public static string Password(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(new BytesReader(value).Sized());

    public static byte[] CommitId(long logId, long term) => new BytesWriter().Int64(logId).Int64(term).ToArray();
}
