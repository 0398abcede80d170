using System.Security.Cryptography;
using NebulaKeep.Core.Checksums;

namespace NebulaKeep.Core.Tests.Checksums;

public sealed class ContentHasherTests
{
    [Fact]
    public void One_pass_gives_size_and_both_checksums()
    {
        var content = RandomNumberGenerator.GetBytes(100_003);
        using var hasher = new ContentHasher();

        hasher.Append(content.AsSpan(0, 70_000));
        hasher.Append(content.AsSpan(70_000));

        hasher.Current.ShouldBe(new FileDigest(content.Length, Convert.ToHexStringLower(SHA256.HashData(content)), Crc32C.Of(content)));
    }

    [Fact]
    public void The_digest_can_be_asked_for_in_between()
    {
        using var hasher = new ContentHasher();
        hasher.Append("a"u8);
        var before = hasher.Current;

        hasher.Append("b"u8);

        before.Size.ShouldBe(1);
        hasher.Current.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData("ab"u8)));
    }
}
