using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Meta.Tables;

/// <summary>What a name in <c>__index__</c> stands for.</summary>
enum NameKind : byte
{
    Space = 1,
    Tag = 2,
    Edge = 3,
    Index = 4,
}

/// <summary>The keys of metad's tables, byte for byte as NebulaGraph 3.8.0 writes them (spec/cluster-layout.md §6, spec/row-format.md §7.3).</summary>
static class MetaKeys
{
    /// <summary>Raft's commit key of space 0, partition 0: i64 log id, i64 term.</summary>
    public static readonly byte[] Commit = [4, 0, 0, 0, 1, 0, 0, 0];

    public static byte[] Of(string table) => BytesWriter.For(table).ToArray();

    public static byte[] OfSpace(string table, int space) => BytesWriter.For(table).Int32(space).ToArray();

    public static byte[] Part(int space, int part) => BytesWriter.For(MetaTables.Parts).Int32(space).Int32(part).ToArray();

    public static byte[] LeaderTerm(int space, int part) => BytesWriter.For(MetaTables.LeaderTerms).Int32(space).Int32(part).ToArray();

    /// <summary>All versions of a tag or edge.</summary>
    public static byte[] Schemas(string table, int space, int id) => BytesWriter.For(table).Int32(space).Int32(id).ToArray();

    public static byte[] Schema(string table, int space, int id, long version) =>
        BytesWriter.For(table).Int32(space).Int32(id).Int64(long.MaxValue - version).ToArray();

    public static byte[] SpaceName(string name) => BytesWriter.For(MetaTables.Index).Byte((byte)NameKind.Space).Ascii(name).ToArray();

    public static byte[] NamesOf(NameKind kind, int space) => BytesWriter.For(MetaTables.Index).Byte((byte)kind).Int32(space).ToArray();

    public static byte[] Name(NameKind kind, int space, string name) =>
        BytesWriter.For(MetaTables.Index).Byte((byte)kind).Int32(space).Ascii(name).ToArray();

    public static byte[] Role(int space, string account) => BytesWriter.For(MetaTables.Roles).Int32(space).Ascii(account).ToArray();

    public static byte[] User(string account) => BytesWriter.For(MetaTables.Users).Ascii(account).ToArray();

    public static byte[] Machine(HostAddress host) => BytesWriter.For(MetaTables.Machines).Host(host).ToArray();

    public static byte[] Zone(string name) => BytesWriter.For(MetaTables.Zones).Ascii(name).ToArray();

    public static byte[] Host(HostAddress host) => BytesWriter.For(MetaTables.Hosts).Host(host).ToArray();

    public static byte[] HostDirs(HostAddress host) => BytesWriter.For(MetaTables.HostDirs).Ascii(host.Host).Int32(host.Port).ToArray();

    public static byte[] Version(HostAddress host) => BytesWriter.For(MetaTables.Versions).Host(host).ToArray();

    public static byte[] Snapshot(string name) => BytesWriter.For(MetaTables.Snapshots).Ascii(name).ToArray();

    public static byte[] Session(long id) => BytesWriter.For(MetaTables.Sessions).Int64(id).ToArray();

    public static byte[] Job(int space, int job) => BytesWriter.For(MetaTables.Jobs).Int32(space).Int32(job).ToArray();

    /// <summary>The partitions on all paths of a host.</summary>
    public static byte[] DiskPartsOf(HostAddress host, int space) => BytesWriter.For(MetaTables.DiskParts).SizedHost(host).Int32(space).ToArray();

    public static byte[] DiskParts(HostAddress host, int space, string path) =>
        BytesWriter.For(MetaTables.DiskParts).SizedHost(host).Int32(space).Ascii(path).ToArray();

    /// <summary>The part of a key after its table's name.</summary>
    public static BytesReader After(string table, ReadOnlySpan<byte> key) => new(key[table.Length..]);

    /// <summary>The space that a row of a per-space table belongs to.</summary>
    public static int SpaceOf(string table, ReadOnlySpan<byte> key)
    {
        var reader = After(table, key);
        if (string.Equals(table, MetaTables.DiskParts, StringComparison.Ordinal)) reader.Sized();
        return reader.Int32();
    }
}
