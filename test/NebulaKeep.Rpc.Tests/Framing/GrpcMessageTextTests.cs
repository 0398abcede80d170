using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Rpc.Framing;

namespace NebulaKeep.Rpc.Tests.Framing;

public sealed class GrpcMessageTextTests
{
    [Fact]
    public void Only_percent_and_what_is_not_printable_is_escaped() =>
        GrpcMessageText.Encode("50% of /data: é\n").ShouldBe("50%25 of /data: %C3%A9%0A");

    [Fact]
    public void Decoding_undoes_encoding() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var valid = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text.Get));
            return GrpcMessageText.Decode(GrpcMessageText.Encode(valid)) == valid;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("100%")]
    [InlineData("100%2")]
    [InlineData("100%zz")]
    public void A_broken_escape_stays_visible(string text) => GrpcMessageText.Decode(text).ShouldBe(text);

    [Fact]
    public void A_long_text_is_cut_so_that_it_fits_into_a_header() =>
        GrpcMessageText.Encode(new string('\n', 1_000_000)).Length.ShouldBe(3 * GrpcMessageText.MaxBytes);
}
