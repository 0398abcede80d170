using NebulaKeep.Core;

namespace NebulaKeep.Core.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1_572_864, "1.5 MiB")]
    [InlineData(4_294_967_296, "4.0 GiB")]
    [InlineData(-2048, "-2.0 KiB")]
    public void Bytes_are_written_in_binary_units(double bytes, string text) => ByteSize.Format(bytes).ShouldBe(text);
}
