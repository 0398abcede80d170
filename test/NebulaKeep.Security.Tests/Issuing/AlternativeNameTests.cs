using System.Net;
using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Security.Issuing;

namespace NebulaKeep.Security.Tests.Issuing;

public sealed class AlternativeNameTests
{
    [Theory]
    [InlineData("*.Nebula-metad-headless.default.svc.cluster.local", "*.nebula-metad-headless.default.svc.cluster.local")]
    [InlineData("host.", "host")]
    [InlineData("[::1]", "::1")]
    [InlineData("0:0:0:0:0:0:0:1", "::1")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    public void Names_are_written_in_one_way(string name, string normal) => AlternativeName.Normalize(name).ShouldBe(normal);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("*")]
    [InlineData("a.*.b")]
    [InlineData("**.b")]
    [InlineData("a..b")]
    [InlineData("-a.b")]
    [InlineData("host:9559")]
    [InlineData("host\n")]
    [InlineData("a,b")]
    public void What_is_no_name_is_refused_and_shown(string name) =>
        Should.Throw<FormatException>(() => AlternativeName.Normalize(name)).Message.ShouldContain($"'{name}'");

    [Fact]
    public void A_label_is_at_most_63_long()
    {
        AlternativeName.TryNormalize(new string('a', 63), out _).ShouldBeTrue();
        AlternativeName.TryNormalize(new string('a', 64), out _).ShouldBeFalse();
    }

    [Fact]
    public void Every_address_is_kept() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            var address = new IPAddress([.. bytes.Concat(new byte[16]).Take(bytes.Length % 2 == 0 ? 4 : 16)]);
            return IPAddress.Parse(AlternativeName.Normalize(address.ToString())).Equals(address);
        }).QuickCheckThrowOnFailure();
}
