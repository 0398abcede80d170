using System.Security.Cryptography;
using NebulaKeep.Core.Transfer;

namespace NebulaKeep.Core.Tests.Transfer;

public sealed class HashingStreamTests
{
    static readonly byte[] Content = RandomNumberGenerator.GetBytes(50_000);

    [Fact]
    public async Task Reading_through_it_hashes_the_content()
    {
        using var stream = new HashingStream(new MemoryStream(Content));

        await stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);

        stream.Digest.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Content)));
    }

    [Fact]
    public async Task Writing_through_it_hashes_the_content()
    {
        var target = new MemoryStream();
        using var stream = new HashingStream(target);

        await stream.WriteAsync(Content, TestContext.Current.CancellationToken);

        stream.Digest.Size.ShouldBe(Content.Length);
        target.ToArray().ShouldBe(Content);
    }

    [Fact]
    public void It_cannot_seek_or_block()
    {
        using var stream = new HashingStream(new MemoryStream(Content));

        stream.CanSeek.ShouldBeFalse();
        Should.Throw<NotSupportedException>(() => stream.ReadByte());
    }
}
