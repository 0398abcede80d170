using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.ObjectStore.S3;

namespace NebulaKeep.ObjectStore.Tests.S3;

public sealed class PartPlanTests
{
    const long TiB = 1L << 40;

    [Fact]
    public void Ten_thousand_parts_of_an_unknown_length_reach_five_tebibytes()
    {
        var plan = new PartPlan((long?)null);
        Enumerable.Range(1, PartPlan.MaxParts).Sum(number => (long)plan.SizeOf(number)).ShouldBeGreaterThanOrEqualTo(5 * TiB);
        plan.SizeOf(750).ShouldBe(PartPlan.Smallest);
        plan.SizeOf(751).ShouldBe(2 * PartPlan.Smallest);
    }

    [Fact]
    public void A_known_length_always_fits_and_small_ones_keep_small_parts() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), number =>
    {
        var length = (long)(5.0 * TiB * number / int.MaxValue);
        var size = new PartPlan(length).SizeOf(1);
        return size * (long)PartPlan.MaxParts >= length && (length > 78L << 30 || size == PartPlan.Smallest);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_small_content_takes_no_more_memory_than_it_has() => new PartPlan(10).BufferFor(1, 0).ShouldBe(10);
}
