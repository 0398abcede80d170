using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Kubernetes.Client;

namespace NebulaKeep.Kubernetes.Tests.Client;

public sealed class LineReaderTests
{
    [Fact]
    public void Lines_come_out_as_they_went_in_however_they_are_cut()
    {
        var lines = Gen.Choose(0, 40_000).Select(length => new string('x', length)).NonEmptyListOf();
        Prop.ForAll(Arb.From(lines), Arb.From(Gen.Choose(1, 20_000)), (written, chunk) =>
            ReadAsync(string.Concat(written.Select(line => line + '\n')), chunk).GetAwaiter().GetResult().SequenceEqual(written))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Fact]
    public async Task What_follows_the_last_newline_was_cut_off_and_is_dropped()
    {
        (await ReadAsync("one\ntwo\nhal", 2)).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task A_line_beyond_the_limit_is_an_error_before_memory_is_taken()
    {
        await Should.ThrowAsync<KubeException>(() => ReadAsync(new string('x', 300_000), 1000));
    }

    static async Task<List<string>> ReadAsync(string text, int chunk)
    {
        var reader = new LineReader(new Chunked(Encoding.UTF8.GetBytes(text), chunk), 100_000, "reading");
        var lines = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None) is { } line) lines.Add(Encoding.UTF8.GetString(line.Span));
        return lines;
    }

    sealed class Chunked(byte[] content, int chunk) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, chunk)], cancellationToken);
    }
}
