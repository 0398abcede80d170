using NebulaKeep.Testing;

namespace NebulaKeep.Security.Tests.Testing;

public sealed class FakeTimeProviderTests
{
    readonly FakeTimeProvider clock = new();

    [Fact]
    public async Task A_delay_ends_when_its_time_has_passed_and_not_before()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(10), clock, TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromSeconds(9));
        delay.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));

        await delay;
        clock.PendingTimers.ShouldBe(0);
    }

    [Fact]
    public void Timers_fire_in_order_and_see_their_own_time()
    {
        var (start, fired) = (clock.GetUtcNow(), new List<double>());
        using var late = clock.CreateTimer(_ => fired.Add((clock.GetUtcNow() - start).TotalSeconds), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        using var often = clock.CreateTimer(_ => fired.Add((clock.GetUtcNow() - start).TotalSeconds), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));

        clock.Advance(TimeSpan.FromSeconds(6));

        fired.ShouldBe([2, 4, 5, 6]);
    }

    [Fact]
    public void A_deadline_made_with_it_cancels()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1), clock);

        clock.Advance(TimeSpan.FromMinutes(1));

        deadline.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public void A_disposed_timer_stays_silent()
    {
        var fired = false;
        clock.CreateTimer(_ => fired = true, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan).Dispose();

        clock.Advance(TimeSpan.FromSeconds(2));

        fired.ShouldBeFalse();
    }

    [Fact]
    public void Elapsed_time_follows_the_clock()
    {
        var start = clock.GetTimestamp();

        clock.Advance(TimeSpan.FromMilliseconds(1500));

        clock.GetElapsedTime(start).ShouldBe(TimeSpan.FromMilliseconds(1500));
    }
}
