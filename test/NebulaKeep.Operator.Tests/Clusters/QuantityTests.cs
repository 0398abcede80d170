using NebulaKeep.Operator.Clusters;

namespace NebulaKeep.Operator.Tests.Clusters;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("1Gi", "1024Mi")]
    [InlineData("500m", "0.5")]
    [InlineData("1e3", "1k")]
    [InlineData("2E", "2000P")]
    [InlineData("1.5Gi", "1536Mi")]
    public void One_amount_has_many_texts(string one, string other) => Quantity.Parse(one).ShouldBe(Quantity.Parse(other).ShouldNotBeNull());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Gi")]
    [InlineData("10 Gi?")]
    [InlineData("99999999999999999999999999Ei")]
    public void What_is_none_has_no_amount(string? text) => Quantity.Parse(text).ShouldBeNull();
}
