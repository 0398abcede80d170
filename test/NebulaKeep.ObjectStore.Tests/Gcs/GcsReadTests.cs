using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using NebulaKeep.ObjectStore.Tests.Support;
using NebulaKeep.Testing;
using NebulaKeep.Testing.Stores.Gcs;

namespace NebulaKeep.ObjectStore.Tests.Gcs;

/// <summary>Downloads over lines that break, and of contents that changed.</summary>
public sealed class GcsReadTests : GcsTests
{
    readonly SemaphoreSlim progress = new(0);
    readonly FakeTimeProvider clock = new();
    long received;
    int silent;

    static readonly byte[] Content = Pattern(200_000);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Server.Buckets.Put("bucket", "root/k", Content);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1000L)]
    public async Task A_cut_body_is_resumed_at_the_same_byte_of_the_same_version(long? offset)
    {
        Server.On(GcsEmulator.IsRead, CutAfter(50_000), times: 2);
        var range = offset is { } start ? new ByteRange(start, 150_000) : (ByteRange?)null;
        (await ReadAsync(range)).ShouldBe(range is null ? Content : Content[1000..151_000]);
        var reads = Server.Requests.Where(request => request.Target.Contains("alt=media")).ToList();
        reads.Count.ShouldBe(3);
        reads.Skip(1).ShouldAllBe(request => request.Target.Contains("ifGenerationMatch=") && request.Headers.ContainsKey("Range"));
    }

    [Fact]
    public async Task A_silent_body_is_resumed()
    {
        Server.On(GcsEmulator.IsRead, HangAfterHeadersAsync);
        (await ReadWhileTimePassesAsync()).ShouldBe(Content);
    }

    [Fact]
    public async Task A_token_that_ends_in_the_middle_is_renewed()
    {
        Server.On(GcsEmulator.IsRead, async context =>
        {
            Server.Tokens.Revoke();
            await CutAfter(50_000)(context);
        });
        (await ReadAsync(null)).ShouldBe(Content);
        Server.Tokens.Issued.ShouldBe(2);
    }

    [Fact]
    public async Task An_object_that_is_replaced_while_it_is_read_is_not_mixed()
    {
        Server.On(GcsEmulator.IsRead, async context =>
        {
            await CutAfter(50_000, () => Server.Buckets.Put("bucket", "root/k", [.. Content.Reverse()]))(context);
        });
        await ReadAsync(null).ShouldFailAsync(StoreFailure.ChecksumMismatch);
    }

    [Fact]
    public async Task A_body_that_never_goes_on_fails_and_says_what_is_missing()
    {
        Server.On(GcsEmulator.IsRead, CutAfter(50_000));
        Server.On(GcsEmulator.IsRead, HangAfterHeadersAsync, times: 1000);
        (await ReadWhileTimePassesAsync().ShouldFailAsync(StoreFailure.Unavailable)).Message.ShouldContain("150000 bytes are missing");
    }

    [Fact]
    public async Task A_content_that_changed_on_its_way_is_found_out_before_its_end()
    {
        Server.On(GcsEmulator.IsRead, async context =>
        {
            var (start, end) = await SendHeadersAsync(context);
            byte[] changed = [.. Content[start..end]];
            changed[^1] ^= 1;
            await context.Response.Body.WriteAsync(changed);
        });
        (await ReadAsync(null).ShouldFailAsync(StoreFailure.ChecksumMismatch)).Message.ShouldContain("CRC-32C");
        Volatile.Read(ref received).ShouldBeLessThan(Content.Length);
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_is_not_used()
    {
        Server.On(GcsEmulator.IsRead, context =>
        {
            context.Request.Headers.Remove("Range");
            return Server.ServeAsync(context);
        });
        await Store.OpenReadAsync("k", new ByteRange(10, 10), default).ShouldFailAsync(StoreFailure.Other);
    }

    [Fact]
    public async Task A_server_that_names_no_length_is_not_used()
    {
        Server.On(GcsEmulator.IsRead, context => context.Response.WriteAsync("some content"));
        await Store.OpenReadAsync("k", null, default).ShouldFailAsync(StoreFailure.Other);
    }

    [Fact]
    public async Task Parts_that_are_read_at_once_make_up_the_whole()
    {
        const int parts = 16, length = 12_500;
        var read = await Task.WhenAll(Enumerable.Range(0, parts).Select(async part =>
        {
            await using var stream = await Store.OpenReadAsync("k", new ByteRange(part * length, length), default);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            return copy.ToArray();
        }));
        read.SelectMany(part => part).ShouldBe(Content);
    }

    // Time passes only while the server is silent: a slow machine is not silence.
    async Task<byte[]> ReadWhileTimePassesAsync()
    {
        var limits = Limits with { ReadTimeout = TimeSpan.FromSeconds(60), RequestTimeout = TimeSpan.FromDays(10), TokenTimeout = TimeSpan.FromDays(10) };
        var reading = ReadAsync(null, Open(limits, clock));
        await Eventually.TrueAsync(() =>
        {
            if (Volatile.Read(ref silent) > 0) clock.Advance(TimeSpan.FromSeconds(30));
            return reading.IsCompleted;
        }, "the read ends", TimeSpan.FromSeconds(60));
        return await reading;
    }

    async Task<byte[]> ReadAsync(ByteRange? range, IObjectStore? store = null)
    {
        await using var stream = await (store ?? Store).OpenReadAsync("k", range, default);
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
    Func<HttpContext, Task> CutAfter(int bytes, Action? before = null) => async context =>
    {
        var (start, end) = await SendHeadersAsync(context);
        await context.Response.Body.WriteAsync(Content.AsMemory(start, Math.Min(bytes, end - start)));
        await context.Response.Body.FlushAsync();
        while (Volatile.Read(ref received) < start + bytes) await progress.WaitAsync(context.RequestAborted);
        before?.Invoke();
        context.Abort();
    };

    async Task HangAfterHeadersAsync(HttpContext context)
    {
        await SendHeadersAsync(context);
        Interlocked.Increment(ref silent);
        var gone = new TaskCompletionSource();
        await using (context.RequestAborted.Register(gone.SetResult)) await gone.Task;
        Interlocked.Decrement(ref silent);
    }

    async Task<(int Start, int End)> SendHeadersAsync(HttpContext context)
    {
        var range = context.Request.GetTypedHeaders().Range?.Ranges.Single();
        var (start, end) = ((int)(range?.From ?? 0), (int)(range?.To + 1 ?? Content.Length));
        var entry = Server.Buckets.Find("bucket", "root/k")!;
        context.Response.StatusCode = range is null ? 200 : 206;
        context.Response.ContentLength = end - start;
        context.Response.Headers["X-Goog-Generation"] = entry.Generation.ToString();
        context.Response.Headers["X-Goog-Hash"] = $"crc32c={entry.Content.Crc32C}";
        await context.Response.StartAsync();
        await context.Response.Body.FlushAsync();
        return (start, end);
    }
}
