using NebulaKeep.ObjectStore.S3;

namespace NebulaKeep.ObjectStore.Tests.S3;

public sealed class S3EntityTagTests
{
    const string Md5 = "0123456789abcdef0123456789abcdef";
    const string Other = "ffffffffffffffffffffffffffffffff";

    [Theory]
    [InlineData($"\"{Md5}\"", Md5, null, true)]
    [InlineData(Other, Md5, null, false)]
    [InlineData(Other, Md5, "AES256", false)]
    [InlineData(Other, Md5, "aws:kms", null)]
    [InlineData("", Md5, null, null)]
    [InlineData(null, Md5, null, null)]
    [InlineData("opaque", Md5, null, null)]
    [InlineData($"{Md5}-3", $"{Md5}-3", null, true)]
    [InlineData($"{Md5}-2", $"{Md5}-3", null, false)]
    [InlineData($"{Other}-3", $"{Md5}-3", null, false)]
    [InlineData(Md5, $"{Md5}-3", null, null)]
    public void A_tag_confirms_denies_or_says_nothing(string? tag, string expected, string? encryption, bool? says) =>
        S3EntityTag.Confirms(tag, expected, encryption).ShouldBe(says);
}
