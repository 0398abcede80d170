using NebulaKeep.ObjectStore.S3;

namespace NebulaKeep.ObjectStore.Tests.S3;

public sealed class S3TargetTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("s3.example.com", false)]
    [InlineData("https://s3.example.com", false)]
    [InlineData("s3.example.com:9000", true)]
    [InlineData("http://127.0.0.1:9000/", true)]
    public void The_bucket_is_in_the_path_where_the_endpoint_has_a_port(string? endpoint, bool expected) =>
        Target(new S3Settings { Endpoint = endpoint }).PathStyle.ShouldBe(expected);

    [Fact]
    public void The_settings_win_over_the_rule() => Target(new S3Settings { Endpoint = "h:1", PathStyle = false }).PathStyle.ShouldBeFalse();

    [Fact]
    public void An_endpoint_without_scheme_is_https() => Target(new S3Settings { Endpoint = "h:1" }).Endpoint.ShouldBe("https://h:1");

    [Fact]
    public void A_key_too_long_together_with_the_prefix_is_refused() =>
        Should.Throw<ArgumentException>(() => Target(new S3Settings()).Keys.Validate(string.Join('/', Enumerable.Repeat(new string('x', 101), 10)) + "/xxx"));

    [Theory]
    [InlineData("a/prefix/k", "k")]
    [InlineData("a/prefix/folder/", null)]
    [InlineData("a/prefix/x//y", null)]
    [InlineData("a/prefixed", null)]
    public void What_is_no_key_below_the_prefix_is_left_out(string full, string? key) => Target(new S3Settings()).Keys.RelativeKey(full).ShouldBe(key);

    static S3Target Target(S3Settings settings) => new(StoreUri.Parse("s3://bucket/a/prefix"), settings);
}
