using System.Text.Json;
using NebulaKeep.Core;

namespace NebulaKeep.Core.Tests;

public sealed class SecretTests
{
    const string Canary = "canary-5f1d2c";

    [Fact]
    public void A_secret_shows_only_stars()
    {
        var secret = new Secret(Canary);

        $"{secret}".ShouldBe("***");
        new { secret }.ToString()!.ShouldNotContain(Canary);
        JsonSerializer.Serialize(secret).ShouldNotContain(Canary);
    }

    [Fact]
    public void It_is_revealed_on_purpose_only() => new Secret(Canary).Reveal().ShouldBe(Canary);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void An_absent_value_is_no_secret(string? value) => Secret.FromOptional(value).ShouldBeNull();
}
