using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace NebulaKeep.ObjectStore.Tests;

public sealed class ObjectKeyTests
{
    [Fact]
    public void The_order_is_that_of_UTF8_bytes() => Prop.ForAll(Texts(), Texts(), (left, right) =>
        Math.Sign(ObjectKey.Order.Compare(left, right)) == Math.Sign(Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right))))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void What_the_rules_accept_stays_below_its_root() => Prop.ForAll<string>(key =>
        key is null || !ObjectKey.IsValid(key) || Path.GetFullPath(Path.Join("/root", key)).StartsWith("/root/", StringComparison.Ordinal))
        .QuickCheckThrowOnFailure();

    static Arbitrary<string> Texts() => Gen.Elements("a", "b", "/", "é", "\uffee", "\ue000", "\ud7ff", "🎈", "𐀀").ListOf().Select(string.Concat).ToArbitrary();
}
