using NebulaKeep.DevCluster.Codec;

namespace NebulaKeep.DevCluster.Tests.Codec;

public sealed class VidHashTests
{
    [Theory]
    [InlineData("", "553e93901e462a6e", 1, 1, 1, 91)]
    [InlineData("a", "454ddee488c1ed6b", 1, 10, 10, 60)]
    [InlineData("player100", "6529da6663ce6b48", 2, 7, 2, 57)]
    [InlineData("player101", "79d052a83dbc7100", 3, 7, 12, 37)]
    [InlineData("Tim Duncan", "4e943923fa0c59e9", 3, 8, 3, 38)]
    [InlineData("Tony Parker", "96d0dc190a0d9fc0", 3, 3, 3, 93)]
    [InlineData("team204", "4b990dcb26cc4a51", 2, 2, 2, 22)]
    [InlineData("100", "57fd0d0c6011a336", 3, 1, 6, 71)]
    [InlineData("player10", "f1e44ba2b742ff4a", 1, 1, 1, 21)]
    public void Text_ids_fall_where_upstream_puts_them(string vid, string hash, int of3, int of10, int of15, int of100)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(vid);
        VidHash.Murmur(bytes).ToString("x16").ShouldBe(hash);
        new[] { 3, 10, 15, 100 }.Select(n => VidHash.PartitionOf(bytes, n)).ShouldBe([of3, of10, of15, of100]);
    }

    [Theory]
    [InlineData(0, 1, 1, 1, 1)]
    [InlineData(1, 2, 2, 2, 2)]
    [InlineData(42, 1, 3, 13, 43)]
    [InlineData(-1, 1, 6, 1, 16)]
    [InlineData(-7, 1, 10, 10, 10)]
    [InlineData(long.MaxValue, 2, 8, 8, 8)]
    [InlineData(long.MinValue, 3, 9, 9, 9)]
    public void Numbers_are_their_own_hash(long vid, int of3, int of10, int of15, int of100) =>
        new[] { 3, 10, 15, 100 }.Select(n => VidHash.PartitionOf(vid, n)).ShouldBe([of3, of10, of15, of100]);

    [Fact]
    public void Padding_does_not_count() =>
        VidHash.PartitionOf("player100\0\0\0"u8, 100).ShouldBe(VidHash.PartitionOf("player100"u8, 100));

    [Fact]
    public void A_space_without_partitions_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => VidHash.PartitionOf("a"u8, 0));
}
