namespace NebulaKeep.ObjectStore.Tests;

public sealed class StoreUriTests
{
    [Theory]
    [InlineData("s3://key:canary@bucket/prefix")]
    [InlineData("s3://key:cana/ry@bucket")]
    [InlineData("gs://canary@bucket")]
    [InlineData("https://key:canary@s3.example.com/bucket")]
    public void Credentials_in_an_address_are_refused_and_not_repeated(string text)
    {
        var message = Should.Throw<FormatException>(() => StoreUri.Parse(text)).Message;

        message.ShouldContain("credentials do not belong there");
        message.ShouldNotContain("cana");
    }

    [Theory]
    [InlineData("s3://bucket/a@b:c", "s3://bucket/a@b:c")]
    [InlineData("s3://bucket/", "s3://bucket")]
    [InlineData("local:///a@b:c/", "local:///a@b:c")]
    public void What_may_stand_in_a_path_stays(string text, string normal) => StoreUri.Parse(text).ToString().ShouldBe(normal);

    [Fact]
    public void A_server_is_no_store_and_is_shown_as_it_was_written() =>
        Should.Throw<FormatException>(() => StoreUri.Parse("http://localhost:9000/b")).Message.ShouldContain("'http://localhost:9000/b' is not a store");
}
