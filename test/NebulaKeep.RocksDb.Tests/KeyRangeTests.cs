using FsCheck;
using FsCheck.Fluent;

namespace NebulaKeep.RocksDb.Tests;

public sealed class KeyRangeTests
{
    [Fact]
    public void The_end_of_a_prefix_carries_over_full_bytes()
    {
        KeyRange.EndOfPrefix([1, 0xFF, 0xFF]).ShouldBe([2]);
        KeyRange.EndOfPrefix([0xFF]).ShouldBe([]);
        KeyRange.EndOfPrefix([]).ShouldBe([]);
    }

    [Fact]
    public void A_key_has_the_prefix_exactly_if_it_lies_in_the_range() =>
        Prop.ForAll<byte[], byte[]>((prefix, key) =>
        {
            var end = KeyRange.EndOfPrefix(prefix);
            var inside = key.AsSpan().SequenceCompareTo(prefix) >= 0 && (end.Length == 0 || key.AsSpan().SequenceCompareTo(end) < 0);
            return inside == key.AsSpan().StartsWith(prefix);
        }).QuickCheckThrowOnFailure();
}
