using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Core.Checksums;
using NebulaKeep.ObjectStore.Gcs;
using NebulaKeep.ObjectStore.Gcs.Credentials;

namespace NebulaKeep.ObjectStore.Tests.Gcs;

/// <summary>Small rules of the protocol, each alone.</summary>
public sealed class GcsTextTests
{
    [Fact]
    public void A_checksum_is_written_as_Google_does() => GcsChecksum.Text(Crc32C.Of(Encoding.ASCII.GetBytes("123456789"))).ShouldBe("4waSgw==");

    [Fact]
    public void Every_checksum_is_read_as_it_was_written() => Prop.ForAll<uint>(crc => GcsChecksum.Parse(GcsChecksum.Text(crc)) == crc).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("4waSgw")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAA")]
    public void What_is_no_checksum_is_none(string? text) => GcsChecksum.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData("md5=xx==", "crc32c=4waSgw==")]
    [InlineData("crc32c=4waSgw==,md5=xx==", null)]
    [InlineData("md5=xx==, crc32c=4waSgw==", null)]
    public void The_checksum_is_found_among_others(string first, string? second)
    {
        using var answer = new HttpResponseMessage();
        answer.Headers.Add(GcsChecksum.Header, second is null ? [first] : [first, second]);
        GcsChecksum.FromHeader(answer.Headers).ShouldBe(0xe3069283);
    }

    [Theory]
    [InlineData(null, 0L)]
    [InlineData("bytes=0-0", 1L)]
    [InlineData("bytes=0-262143", 262144L)]
    [InlineData("bytes=1-5", null)]
    [InlineData("0-5", null)]
    [InlineData("bytes=0--5", null)]
    [InlineData("bytes=0-9223372036854775807", null)]
    public void What_a_server_has_is_read_or_refused(string? header, long? stored) => UploadRange.Stored(header).ShouldBe(stored);

    [Theory]
    [InlineData(0L, GcsLimits.ChunkUnit)]
    [InlineData(GcsLimits.ChunkUnit - 1L, GcsLimits.ChunkUnit)]
    [InlineData(GcsLimits.ChunkUnit + 0L, 2 * GcsLimits.ChunkUnit)]
    [InlineData(long.MaxValue, 8 << 20)]
    [InlineData(null, 8 << 20)]
    public void A_buffer_is_as_small_as_the_content_and_always_a_piece_that_Google_takes(long? left, int size) => new GcsLimits().BufferFor(left).ShouldBe(size);

    [Theory]
    [InlineData("token ya29.A0b-c_d~e was", "token *** was")]
    [InlineData("Authorization: Bearer abc.def", "Authorization: Bearer ***")]
    [InlineData("jwt eyJhbGciOi.eyJpc3MiOi.c2ln_-x end", "jwt *** end")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA", "***")]
    [InlineData("line\nbreak", "line break")]
    public void What_looks_like_a_secret_is_stars(string text, string clean) => SecretText.Strip(text).ShouldBe(clean);

    [Theory]
    [InlineData("a/b", "/storage/v1/b/b.c/o/p%2Fa%2Fb")]
    [InlineData("..a/ü+%2F\\", "/storage/v1/b/b.c/o/p%2F..a%2F%C3%BC%2B%252F%5C")]
    public void A_key_is_one_escaped_segment(string key, string path) =>
        new GcsTarget(StoreUri.Parse("gs://b.c/p"), new GcsSettings()).Object(key).AbsoluteUri.ShouldBe("https://storage.googleapis.com" + path);
}
