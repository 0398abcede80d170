using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Core.Checksums;

namespace NebulaKeep.Core.Tests.Checksums;

public sealed class Crc32CTests
{
    [Fact]
    public void The_check_value_of_the_catalogue_comes_out() => Crc32C.Of("123456789"u8).ShouldBe(0xE3069283u);

    [Fact]
    public void Nothing_has_checksum_zero() => Crc32C.Of([]).ShouldBe(0u);

    [Fact]
    public void Pieces_give_the_same_as_the_whole() =>
        Prop.ForAll<byte[], byte[]>((first, second) =>
        {
            var pieces = default(Crc32C);
            pieces.Append(first);
            pieces.Append(second);
            return pieces.Value == Crc32C.Of([.. first, .. second]);
        }).QuickCheckThrowOnFailure();
}
