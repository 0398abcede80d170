using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Agent.Transfer;
using NebulaKeep.Core.Transfer;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.Testing;

namespace NebulaKeep.Agent.Tests.Transfer;

/// <summary>One limit for all transfers of the agent, both directions, paid as bytes flow.</summary>
public sealed class SharedRateTests : IAsyncDisposable
{
    const int Rate = 100_000, FileSize = 500_000;
    readonly HostFolder host = new();
    readonly FakeTimeProvider clock = new();
    readonly MemoryObjectStore store = new(TimeProvider.System);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Uploads_and_downloads_together_take_as_long_as_their_bytes_at_the_rate(int each)
    {
        var limiter = new ByteRateLimiter(Rate, clock);
        var (uploader, downloader) = (new Uploader(host.Guard, limiter, clock), new Downloader(host.Guard, limiter, clock));
        var items = new List<DownloadItem>();
        foreach (var i in Enumerable.Range(0, each))
        {
            HostFolder.Write($"{host.Data}/up/{i}", new string('u', FileSize));
            await store.PutTextAsync($"down/{i}", new string('d', FileSize));
            items.Add(new DownloadItem($"down/{i}", $"{host.Data}/down/{i}", FileSize, null));
        }

        var start = clock.GetUtcNow();
        var running = Task.WhenAll(
            uploader.RunAsync(store, [Sources.Of($"{host.Data}/up", "up")], 2, false, CancellationToken.None).ToListAsync(),
            (Task)downloader.RunAsync(store, items, 2, CancellationToken.None).ToListAsync());
        while (!running.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken);
        }

        await running;
        var took = (clock.GetUtcNow() - start).TotalSeconds;
        took.ShouldBeGreaterThanOrEqualTo(2.0 * each * FileSize / Rate - 0.25);
    }

    [Fact]
    public async Task Bytes_flow_during_the_time_and_not_all_at_its_end()
    {
        HostFolder.Write($"{host.Data}/up/1", new string('u', FileSize));
        var uploader = new Uploader(host.Guard, new ByteRateLimiter(Rate, clock), clock);
        var seen = new List<long>();
        var running = Task.Run(async () =>
        {
            await foreach (var e in uploader.RunAsync(store, [Sources.Of($"{host.Data}/up", "up")], 1, false, CancellationToken.None))
            {
                if (e.Progress is { } progress) lock (seen) seen.Add(progress.BytesDone);
            }
        }, TestContext.Current.CancellationToken);
        while (!running.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken);
        }

        await running;
        seen.Where(bytes => bytes is > 0 and < FileSize).ShouldNotBeEmpty($"progress in between, not {string.Join(' ', seen.Distinct())}");
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        host.Dispose();
    }
}
