using NebulaKeep.Core;

namespace NebulaKeep.Core.Tests;

public sealed class HostAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:9559", "127.0.0.1", 9559)]
    [InlineData("nebula-metad-0.nebula-metad-headless.default.svc.cluster.local:9559", "nebula-metad-0.nebula-metad-headless.default.svc.cluster.local", 9559)]
    [InlineData("[fd00::1]:8888", "fd00::1", 8888)]
    public void A_written_address_is_read_and_written_again(string text, string host, int port)
    {
        var address = HostAddress.Parse(text);

        address.ShouldBe(new HostAddress(host, port));
        address.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("host")]
    [InlineData("host:")]
    [InlineData(":9559")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("host:+80")]
    [InlineData("fd00::1:8888")]
    [InlineData("a b:80")]
    [InlineData("http://host:80")]
    public void What_is_no_address_is_refused_with_the_text_in_the_message(string text)
    {
        HostAddress.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => HostAddress.Parse(text)).Message.ShouldContain($"'{text}'");
    }

    [Fact]
    public void Addresses_are_ordered_by_host_text_and_then_by_port()
    {
        HostAddress[] sorted = [new("a", 2), new("a", 10), new("b", 1)];

        sorted.Reverse().Order().ShouldBe(sorted);
    }

    [Fact]
    public void The_address_of_an_unknown_leader_is_empty()
    {
        new HostAddress("", 0).IsEmpty.ShouldBeTrue();
        default(HostAddress).IsEmpty.ShouldBeTrue();
        new HostAddress("m", 9559).IsEmpty.ShouldBeFalse();
    }
}
