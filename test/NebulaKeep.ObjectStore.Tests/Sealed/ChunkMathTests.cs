using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.ObjectStore.Sealed.Encryption;

namespace NebulaKeep.ObjectStore.Tests.Sealed;

public sealed class ChunkMathTests
{
    static readonly ChunkMath Math = new(1024);

    /// <summary>Sizes around the limits of chunks, and any.</summary>
    static Gen<long> Sizes => Gen.OneOf(
        from chunks in Gen.Choose(0, 100_000)
        from off in Gen.Choose(-2, 2)
        select System.Math.Max(0, chunks * 1024L + off),
        Gen.Choose(0, 5000).Select(size => (long)size));

    [Fact]
    public void A_stored_size_tells_the_size_of_the_content() =>
        Prop.ForAll(Sizes.ToArbitrary(), size => Math.PlainSize(Math.StoredSize(size)) == size).QuickCheckThrowOnFailure();

    [Fact]
    public void A_size_that_no_content_gives_tells_nothing() =>
        Prop.ForAll(Sizes.ToArbitrary(), stored => Math.PlainSize(stored) is not { } size || Math.StoredSize(size) == stored).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(55)]
    [InlineData(40 + 1040 + 1)]
    [InlineData(40 + 1040 + 16)]
    public void An_object_that_was_cut_at_a_telling_place_has_no_size(long stored) => Math.PlainSize(stored).ShouldBeNull();

    [Fact]
    public void A_part_is_covered_by_whole_chunks_and_no_more() => Prop.ForAll(
        (from size in Sizes.Where(s => s > 0)
         from offset in Gen.Choose(0, (int)System.Math.Min(size - 1, int.MaxValue - 1))
         from length in Gen.Choose(1, (int)(size - offset))
         select (size, part: new ByteRange(offset, length))).ToArbitrary(), one =>
        {
            var covering = Math.Covering(one.part, one.size);
            var (first, end) = ((covering.Offset - 40) / 1040 * 1024, (covering.Offset + covering.Length - 40 + 1039) / 1040 * 1024);
            return (covering.Offset - 40) % 1040 == 0 && covering.Offset + covering.Length <= Math.StoredSize(one.size)
                && first <= one.part.Offset && one.part.Offset < first + 1024
                && end - 1024 < one.part.Offset + one.part.Length && one.part.Offset + one.part.Length <= end;
        }).QuickCheckThrowOnFailure();
}
