using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using NebulaKeep.ObjectStore.Tests.Support;

namespace NebulaKeep.ObjectStore.Tests.S3;

/// <summary>Downloads over lines that break.</summary>
public sealed class S3ReadTests : FakeS3Tests
{
    readonly SemaphoreSlim progress = new(0);
    long received;

    static readonly byte[] Content = Enumerable.Range(0, 200_000).Select(i => (byte)(i * 31 >> 3)).ToArray();

    [Theory]
    [InlineData(null)]
    [InlineData(1000L)]
    public async Task A_cut_body_is_resumed_at_the_same_byte_of_the_same_version(long? offset)
    {
        Server.Objects["root/k"] = Content;
        Server.On(FakeS3.IsGet, CutAfter(50_000), times: 2);
        var range = offset is { } start ? new ByteRange(start, 150_000) : (ByteRange?)null;
        (await ReadAsync(range)).ShouldBe(range is null ? Content : Content[1000..151_000]);
        var gets = Server.Requests.Where(request => request.Method == "GET").ToList();
        gets.Count.ShouldBe(3);
        gets.Skip(1).ShouldAllBe(request => request.Headers.ContainsKey("If-Match") && request.Headers.ContainsKey("Range"));
    }

    [Fact]
    public async Task A_silent_body_is_resumed()
    {
        Server.Objects["root/k"] = Content;
        Server.On(FakeS3.IsGet, HangAfterHeadersAsync);
        (await ReadAsync(null)).ShouldBe(Content);
    }

    [Fact]
    public async Task An_object_that_is_replaced_while_it_is_read_is_not_mixed()
    {
        Server.Objects["root/k"] = Content;
        Server.On(FakeS3.IsGet, async context =>
        {
            Server.Objects["root/k"] = [.. Content.Reverse()];
            await CutAfter(50_000)(context);
        });
        await ReadAsync(null).ShouldFailAsync(StoreFailure.ChecksumMismatch);
    }

    [Fact]
    public async Task A_body_that_never_goes_on_fails_and_says_what_is_missing()
    {
        Server.Objects["root/k"] = Content;
        Server.On(FakeS3.IsGet, CutAfter(50_000));
        Server.On(FakeS3.IsGet, HangAfterHeadersAsync, times: 1000);
        (await ReadAsync(null).ShouldFailAsync(StoreFailure.Unavailable)).Message.ShouldContain("150000 bytes are missing");
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_is_not_used()
    {
        Server.Objects["root/k"] = Content;
        Server.On(FakeS3.IsGet, context =>
        {
            context.Request.Headers.Remove("Range");
            return Server.ServeAsync(context);
        });
        await Store.OpenReadAsync("k", new ByteRange(10, 10), default).ShouldFailAsync(StoreFailure.Other);
    }

    async Task<byte[]> ReadAsync(ByteRange? range)
    {
        await using var stream = await Store.OpenReadAsync("k", range, default);
        using var copy = new MemoryStream();
        Volatile.Write(ref received, range?.Offset ?? 0);
        var buffer = new byte[8192];
        for (int count; (count = await stream.ReadAsync(buffer)) > 0;)
        {
            copy.Write(buffer, 0, count);
            Volatile.Write(ref received, Volatile.Read(ref received) + count);
            progress.Release();
        }

        return copy.ToArray();
    }

    // Cuts only what has arrived: a reset takes bytes on their way, even the headers, with it.
    Func<HttpContext, Task> CutAfter(int bytes) => async context =>
    {
        var (start, end) = await SendHeadersAsync(context);
        await context.Response.Body.WriteAsync(Content.AsMemory(start, Math.Min(bytes, end - start)));
        await context.Response.Body.FlushAsync();
        while (Volatile.Read(ref received) < start + bytes) await progress.WaitAsync(context.RequestAborted);
        context.Abort();
    };

    static async Task HangAfterHeadersAsync(HttpContext context)
    {
        await SendHeadersAsync(context);
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
    }

    static async Task<(int Start, int End)> SendHeadersAsync(HttpContext context)
    {
        var range = context.Request.GetTypedHeaders().Range?.Ranges.Single();
        var (start, end) = ((int)(range?.From ?? 0), (int)(range?.To + 1 ?? Content.Length));
        context.Response.StatusCode = range is null ? 200 : 206;
        context.Response.ContentLength = end - start;
        context.Response.Headers.ETag = $"\"{FakeBucket.TagOf(Content)}\"";
        await context.Response.StartAsync();
        await context.Response.Body.FlushAsync();
        return (start, end);
    }
}
