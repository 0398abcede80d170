using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Rpc.Framing;

namespace NebulaKeep.Rpc.Tests.Framing;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 3600.0)]
    [InlineData("2M", 120.0)]
    [InlineData("99999999S", 99999999.0)]
    [InlineData("250m", 0.25)]
    [InlineData("10u", 0.00001)]
    [InlineData("1000n", 0.000001)]
    public void Every_unit_is_understood(string text, double seconds)
    {
        GrpcTimeout.TryDecode(text, out var timeout).ShouldBeTrue();
        timeout.TotalSeconds.ShouldBe(seconds, 1e-9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1x")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    public void Anything_else_is_refused(string text) => GrpcTimeout.TryDecode(text, out _).ShouldBeFalse();

    [Fact]
    public void What_was_encoded_is_decoded_to_within_a_thousandth() =>
        Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt>(), ArbMap.Default.ArbFor<PositiveInt>(), (a, b) =>
        {
            var wanted = TimeSpan.FromMicroseconds((double)a.Item * b.Item * b.Item);
            var text = GrpcTimeout.Encode(wanted);
            return text.Length <= 9 && GrpcTimeout.TryDecode(text, out var got) && got <= wanted && got >= wanted * 0.99;
        }).QuickCheckThrowOnFailure();
}
