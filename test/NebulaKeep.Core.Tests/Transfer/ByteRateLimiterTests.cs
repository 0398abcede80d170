using NebulaKeep.Core.Transfer;
using NebulaKeep.Testing;

namespace NebulaKeep.Core.Tests.Transfer;

public sealed class ByteRateLimiterTests
{
    readonly FakeTimeProvider clock = new();

    [Fact]
    public async Task Without_a_limit_nothing_waits()
    {
        var limiter = new ByteRateLimiter(0, clock);

        await limiter.PayAsync(int.MaxValue, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_burst_of_a_quarter_second_passes_after_a_pause()
    {
        var limiter = new ByteRateLimiter(1000, clock);
        clock.Advance(TimeSpan.FromSeconds(10));

        Pay(limiter, 250).IsCompleted.ShouldBeTrue();
        Pay(limiter, 1).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Two_transfers_share_one_rate()
    {
        var limiter = new ByteRateLimiter(1000, clock);
        var first = Pay(limiter, 500);
        var second = Pay(limiter, 500);

        clock.Advance(TimeSpan.FromMilliseconds(501));
        await first;
        second.IsCompleted.ShouldBeFalse();

        clock.Advance(TimeSpan.FromMilliseconds(500));
        await second;
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_cancelled()
    {
        var limiter = new ByteRateLimiter(1, clock);
        using var cancel = new CancellationTokenSource();
        var waiting = limiter.PayAsync(1000, cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }

    static Task Pay(ByteRateLimiter limiter, int bytes) => limiter.PayAsync(bytes, TestContext.Current.CancellationToken).AsTask();
}
