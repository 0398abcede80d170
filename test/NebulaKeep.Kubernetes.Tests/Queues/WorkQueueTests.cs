using System.Threading.Channels;
using NebulaKeep.Kubernetes.Queues;
using NebulaKeep.Testing;

namespace NebulaKeep.Kubernetes.Tests.Queues;

public sealed class WorkQueueTests
{
    static readonly CancellationToken Never = CancellationToken.None;
    readonly FakeTimeProvider clock = new();

    WorkQueue<string> Queue(double jitter = 0) =>
        new(new BackOff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), jitter, new Random(1)), clock);

    [Fact]
    public async Task A_key_added_often_comes_once()
    {
        using var queue = Queue();
        for (var i = 0; i < 100; i++) queue.Add("a");
        queue.Add("b");

        queue.Depth.ShouldBe(2);
        (await queue.TakeAsync(Never)).ShouldBe("a");
        (await queue.TakeAsync(Never)).ShouldBe("b");
        queue.Depth.ShouldBe(0);
    }

    [Fact]
    public async Task A_key_added_during_its_work_comes_again_only_after_it()
    {
        using var queue = Queue();
        queue.Add("a");
        var key = await queue.TakeAsync(Never);
        queue.Add("a");
        queue.Depth.ShouldBe(0);

        queue.Done(key);

        queue.Depth.ShouldBe(1);
        (await queue.TakeAsync(Never)).ShouldBe("a");
    }

    [Fact]
    public async Task A_key_that_nobody_added_meanwhile_does_not_come_again()
    {
        using var queue = Queue();
        queue.Add("a");
        queue.Done(await queue.TakeAsync(Never));

        queue.Depth.ShouldBe(0);
    }

    [Fact]
    public void A_delayed_key_comes_when_it_is_due_and_the_earliest_delay_counts()
    {
        using var queue = Queue();
        queue.AddAfter("a", TimeSpan.FromSeconds(30));
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        queue.AddAfter("a", TimeSpan.FromSeconds(20));

        clock.Advance(TimeSpan.FromSeconds(9.99));
        queue.Depth.ShouldBe(0);
        clock.Advance(TimeSpan.FromSeconds(0.01));
        queue.Depth.ShouldBe(1);
        queue.DelayedCount.ShouldBe(0);
    }

    [Fact]
    public async Task An_overtaken_delay_does_not_bring_the_key_a_second_time()
    {
        using var queue = Queue();
        queue.AddAfter("a", TimeSpan.FromSeconds(30));
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        clock.Advance(TimeSpan.FromSeconds(10));
        queue.Done(await queue.TakeAsync(Never));

        clock.Advance(TimeSpan.FromMinutes(1));

        queue.Depth.ShouldBe(0);
    }

    [Fact]
    public void A_delay_beyond_the_longest_timer_is_kept()
    {
        using var queue = Queue();
        queue.AddAfter("a", TimeSpan.FromDays(400));

        clock.Advance(TimeSpan.FromDays(399));
        queue.Depth.ShouldBe(0);
        clock.Advance(TimeSpan.FromDays(1));
        queue.Depth.ShouldBe(1);
    }

    [Fact]
    public void Failures_in_a_row_wait_longer_each_time_up_to_a_limit_and_success_forgets_them()
    {
        using var queue = Queue();
        double[] delays = [.. Enumerable.Range(0, 9).Select(_ => queue.AddAfterFailure("a").TotalMilliseconds)];

        delays.ShouldBe([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
        queue.Forget("a");
        queue.FailuresOf("a").ShouldBe(0);
        queue.AddAfterFailure("a").TotalMilliseconds.ShouldBe(100);
    }

    [Fact]
    public void Jitter_shortens_each_delay_by_a_part_of_its_own()
    {
        using var queue = Queue(jitter: 0.5);
        double[] delays = [.. Enumerable.Range(0, 50).Select(n => queue.AddAfterFailure($"key {n}").TotalMilliseconds)];

        delays.ShouldAllBe(delay => delay > 50 && delay <= 100);
        delays.Distinct().Count().ShouldBeGreaterThan(40);
    }

    [Fact]
    public void Ever_earlier_delays_of_one_key_don_t_fill_memory()
    {
        var delayed = new DelayedKeys<string>(clock, _ => { });
        for (var ms = 1_000_000; ms > 900_000; ms--) delayed.Add("a", TimeSpan.FromMilliseconds(ms));

        delayed.Count.ShouldBe(1);
        delayed.HeapSize.ShouldBeLessThan(30);
    }

    [Fact]
    public async Task A_completed_queue_hands_out_what_waits_and_then_ends()
    {
        using var queue = Queue();
        queue.Add("a");
        queue.Complete();
        queue.Add("b");

        (await queue.TakeAsync(Never)).ShouldBe("a");
        await Should.ThrowAsync<ChannelClosedException>(async () => await queue.TakeAsync(Never));
    }

    [Fact]
    public async Task Under_load_no_key_is_worked_on_twice_at_a_time_and_no_addition_is_lost()
    {
        using var queue = Queue();
        var added = new int[16];
        var seen = new int[16];
        var busy = new int[16];
        var overlaps = 0;
        async Task WorkAsync()
        {
            try
            {
                while (true)
                {
                    var key = int.Parse(await queue.TakeAsync(Never));
                    if (Interlocked.Increment(ref busy[key]) > 1) Interlocked.Increment(ref overlaps);
                    await Task.Yield();
                    Volatile.Write(ref seen[key], Volatile.Read(ref added[key]));
                    Interlocked.Decrement(ref busy[key]);
                    queue.Done(key.ToString());
                }
            }
            catch (ChannelClosedException)
            {
            }
        }

        Task[] workers = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(WorkAsync))];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 20_000; i++)
            {
                var key = random.Next(16);
                Interlocked.Increment(ref added[key]);
                queue.Add(key.ToString());
            }
        })));
        await Eventually.TrueAsync(() => added.SequenceEqual(seen), "every addition was seen by a later look");
        queue.Complete();
        await Task.WhenAll(workers);

        overlaps.ShouldBe(0);
    }
}
