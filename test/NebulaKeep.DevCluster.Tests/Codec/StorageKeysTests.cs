using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.DevCluster.Codec;

namespace NebulaKeep.DevCluster.Tests.Codec;

public sealed class StorageKeysTests
{
    const string Pad11 = "0000000000000000000000";

    [Fact]
    public void Worked_examples()
    {
        Hex.Text(StorageKeys.Tag(7, "player100"u8, 20, 2)).ShouldBe(Hex.Normal($"01 07 00 00 70 6c 61 79 65 72 31 30 30 {Pad11} 02 00 00 00"));
        Hex.Text(StorageKeys.Edge(7, "player100"u8, 3, 0, "player101"u8, 20)).ShouldBe(Hex.Normal(
            $"02 07 00 00 70 6c 61 79 65 72 31 30 30 {Pad11} 03 00 00 00 80 00 00 00 00 00 00 00 70 6c 61 79 65 72 31 30 31 {Pad11} 01"));
        Hex.Text(StorageKeys.Edge(7, "player101"u8, -3, 0, "player100"u8, 20)).ShouldBe(Hex.Normal(
            $"02 07 00 00 70 6c 61 79 65 72 31 30 31 {Pad11} fd ff ff ff 80 00 00 00 00 00 00 00 70 6c 61 79 65 72 31 30 30 {Pad11} 01"));
        Hex.Text(StorageKeys.Tag(43, BitConverter.GetBytes(42L), 8, 2)).ShouldBe(Hex.Normal("01 2b 00 00 2a 00 00 00 00 00 00 00 02 00 00 00"));
        Hex.Text(StorageKeys.PartMarker(7)).ShouldBe(Hex.Normal("04 07 00 00 02 00 00 00"));
        Hex.Text(StorageKeys.Commit(7)).ShouldBe(Hex.Normal("04 07 00 00 01 00 00 00"));
        Hex.Text(StorageKeys.Item(KeyType.Tag, 300)).ShouldBe(Hex.Normal("01 2c 01 00"));
        Hex.Text(StorageKeys.KeyValue(1, "k"u8)).ShouldBe("060100006b");
    }

    [Theory]
    [InlineData(0, "8000000000000000")]
    [InlineData(-1, "7fffffffffffffff")]
    [InlineData(long.MinValue, "0000000000000000")]
    [InlineData(long.MaxValue, "ffffffffffffffff")]
    public void Ranks_are_big_endian_with_the_sign_flipped(long rank, string bytes) =>
        Hex.Text(StorageKeys.Edge(1, "a"u8, 1, rank, "b"u8, 1)).Substring(2 * 9, 16).ShouldBe(bytes);

    [Fact]
    public void An_id_that_does_not_fit_is_refused()
    {
        Should.Throw<VidTooLongException>(() => StorageKeys.Tag(1, "abc"u8, 2, 1));
        Should.Throw<VidTooLongException>(() => StorageKeys.Edge(1, "a"u8, 1, 0, "abc"u8, 2)).Message.ShouldContain("3 bytes");
    }

    [Fact]
    public void Every_key_that_real_servers_wrote_is_understood_and_built_again()
    {
        var vidLength = 0;
        var seen = 0;
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Golden", "sample-keys.txt")))
        {
            if (line.StartsWith("==", StringComparison.Ordinal)) vidLength = line.EndsWith("/1", StringComparison.Ordinal) ? 32 : 8;
            if (!line.StartsWith("0x", StringComparison.Ordinal)) continue;
            var key = Convert.FromHexString(line.AsSpan(2, line.IndexOf(' ', StringComparison.Ordinal) - 2));
            if (key[0] == (byte)KeyType.Index) continue;
            Hex.Text(Rebuild(key, vidLength)).ShouldBe(Hex.Text(key));
            seen++;
        }
        seen.ShouldBe(24);
    }

    [Fact]
    public void Commit_marks_read_as_real_servers_wrote_them()
    {
        var mark = CommitMark.Parse(Hex.Bytes("76000000000000000100000000000000"));
        mark.ShouldBe(new CommitMark(0x76, 1));
        Hex.Text(mark.ToBytes()).ShouldBe("76000000000000000100000000000000");
        CommitMark.Parse([]).ShouldBe(default);
        Should.Throw<FormatException>(() => CommitMark.Parse(new byte[15]));
    }

    [Fact]
    public void Parsing_a_key_undoes_building_it() =>
        Prop.ForAll<byte[], byte[], long>((source, destination, rank) =>
        {
            var type = rank.GetHashCode() * 31;
            var (from, to) = (source.Take(32).ToArray(), destination.Take(32).ToArray());
            var partition = (type & 0x7FFFFF) + 1;
            return StorageKeys.TryParseEdge(StorageKeys.Edge(partition, from, type, rank, to, 32), 32, out var edge)
                && edge.Partition == partition && edge.EdgeType == type && edge.Rank == rank
                && edge.PaddedSource.AsSpan().StartsWith(from) && edge.PaddedDestination.AsSpan().StartsWith(to)
                && StorageKeys.TryParseTag(StorageKeys.Tag(partition, from, 32, type), 32, out var tag)
                && tag.Partition == partition && tag.TagId == type && tag.PaddedVid.AsSpan().StartsWith(from);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Noise_is_taken_for_a_key_only_if_it_is_one() =>
        Prop.ForAll<byte[]>(noise => new[] { noise, [1, .. noise], [2, .. noise], [4, .. noise] }.All(key =>
            (!StorageKeys.TryParseTag(key, 2, out _) && !StorageKeys.TryParseEdge(key, 2, out _) && !StorageKeys.TryParsePartMarker(key, out _))
            || Rebuild(key, 2).AsSpan().SequenceEqual(key))).QuickCheckThrowOnFailure();

    static byte[] Rebuild(byte[] key, int vidLength)
    {
        if (StorageKeys.TryParseTag(key, vidLength, out var tag)) return StorageKeys.Tag(tag.Partition, tag.PaddedVid, vidLength, tag.TagId);
        if (StorageKeys.TryParseEdge(key, vidLength, out var e))
            return StorageKeys.Edge(e.Partition, e.PaddedSource, e.EdgeType, e.Rank, e.PaddedDestination, vidLength);
        if (StorageKeys.TryParsePartMarker(key, out var partition)) return StorageKeys.PartMarker(partition);
        return key[0] == 0xFF ? StorageKeys.DataVersion.ToArray() : StorageKeys.Commit(key[1]);
    }
}
