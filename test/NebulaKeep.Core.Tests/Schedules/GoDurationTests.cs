using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Core.Schedules;

namespace NebulaKeep.Core.Tests.Schedules;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("90s", 90_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("72h", 259_200_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("250ms", 250)]
    [InlineData("-2m", -120_000)]
    [InlineData("1m5ms", 60_005)]
    public void A_duration_is_read(string text, double milliseconds) =>
        GoDuration.Parse(text).ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("3d")]
    [InlineData("h")]
    [InlineData("1h 30m")]
    [InlineData("-")]
    [InlineData(".5h")]
    [InlineData("1.2.3s")]
    [InlineData("9999999999999999h")]
    public void What_is_no_duration_is_refused_by_name(string text) =>
        Should.Throw<FormatException>(() => GoDuration.Parse(text)).Message.ShouldContain($"'{text}'");

    [Fact]
    public void What_is_written_is_read_back_the_same() =>
        Prop.ForAll<long>(ticks => GoDuration.Parse(GoDuration.Format(TimeSpan.FromTicks(ticks * 1000))) == TimeSpan.FromTicks(ticks * 1000)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(5400, "1h30m")]
    [InlineData(0, "0s")]
    [InlineData(61.5, "1m1.5s")]
    public void The_short_form_is_written(double seconds, string wanted) =>
        GoDuration.Format(TimeSpan.FromSeconds(seconds)).ShouldBe(wanted);
}
