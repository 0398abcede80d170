using System.Security.Cryptography;
using NebulaKeep.Agent.Files;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Agent.Transfer;
using NebulaKeep.Core.Checksums;
using NebulaKeep.Core.Transfer;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Testing;

namespace NebulaKeep.Agent.Tests.Transfer;

/// <summary>Which files an agent keeps instead of sending them.</summary>
public sealed class KnownFileTests : IDisposable
{
    const string OtherDigest = "0000000000000000000000000000000000000000000000000000000000000000";
    static readonly byte[] Content = [.. Enumerable.Range(0, 3000).Select(i => (byte)i)];
    readonly TemporaryFolder folder = new();
    readonly MemoryObjectStore store = new(TimeProvider.System);

    string File => Path.Combine(folder.Path, "000009.sst");

    static string Digest => Convert.ToHexStringLower(SHA256.HashData(Content));

    public KnownFileTests() => System.IO.File.WriteAllBytes(File, Content);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_untouched_hard_link_is_kept_unread()
    {
        var stat = Posix.Stat(File)!.Value;

        var result = await SendAsync(new KnownFile(stat.Size, stat.Inode, stat.MtimeNanos, [OtherDigest]));

        (result.Kept, result.Crc32C, Hex(result)).ShouldBe((true, 0u, OtherDigest), "the digest is the known one: nothing was read");
        (await store.StatAsync("b/000009.sst", CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task When_inodes_prove_nothing_the_file_is_read()
    {
        var stat = Posix.Stat(File)!.Value;

        var result = await SendAsync(new KnownFile(stat.Size, stat.Inode, stat.MtimeNanos, [OtherDigest]), alwaysHash: true);

        result.Kept.ShouldBeFalse();
        (await store.StatAsync("b/000009.sst", CancellationToken.None))!.Size.ShouldBe(Content.Length);
    }

    [Fact]
    public async Task A_file_with_another_inode_and_a_known_digest_is_kept()
    {
        var result = await SendAsync(new KnownFile(Content.Length, 0, 0, [OtherDigest, Digest]));

        (result.Kept, result.Crc32C, Hex(result)).ShouldBe((true, Crc32C.Of(Content), Digest));
        result.Size.ShouldBe(Content.Length);
    }

    [Fact]
    public async Task A_file_of_a_known_size_with_another_digest_is_sent()
    {
        var result = await SendAsync(new KnownFile(Content.Length, 0, 0, [OtherDigest]));

        (result.Kept, Hex(result)).ShouldBe((false, Digest));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public async Task A_file_with_another_inode_or_time_is_not_the_same(ulong inode, long nanos)
    {
        var stat = Posix.Stat(File)!.Value;

        var result = await SendAsync(new KnownFile(stat.Size, stat.Inode + inode, stat.MtimeNanos + nanos, [OtherDigest]));

        result.Kept.ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_grew_is_sent_whole()
    {
        var stat = Posix.Stat(File)!.Value;
        await System.IO.File.AppendAllTextAsync(File, "more");

        var result = await SendAsync(new KnownFile(stat.Size, stat.Inode, stat.MtimeNanos, [Digest]));

        (result.Kept, result.Size).ShouldBe((false, Content.Length + 4));
    }

    [Fact]
    public void What_names_no_whole_digest_is_refused() =>
        Should.Throw<AgentFailureException>(() => KnownFile.Of(new UploadRequest.Types.Known { Path = "x", Sha256 = { Google.Protobuf.ByteString.CopyFrom(1, 2) } })).Message.ShouldContain("no SHA-256 of 32 bytes");

    async Task<FileResult> SendAsync(KnownFile known, bool alwaysHash = false)
    {
        var source = new UploadSource(folder.Path, "b", [], new Dictionary<string, KnownFile> { ["000009.sst"] = known });
        var events = await new Uploader(new DirectoryGuard(new Allowed { Data = [folder.Path] }), new ByteRateLimiter(0, TimeProvider.System), TimeProvider.System).RunAsync(store, [source], 2, alwaysHash, CancellationToken.None).ToListAsync();
        var summary = events[^1].Summary;
        (summary.Files, summary.Bytes).ShouldBe((1, new FileInfo(File).Length), "kept files count, too");
        return events.Select(e => e.File).OfType<FileResult>().ShouldHaveSingleItem();
    }

    static string Hex(FileResult result) => Convert.ToHexStringLower(result.Sha256.Span);
}
