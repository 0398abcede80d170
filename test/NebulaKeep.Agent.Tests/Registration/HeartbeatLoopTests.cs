using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NebulaKeep.Agent.Registration;
using NebulaKeep.Core;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Testing;

namespace NebulaKeep.Agent.Tests.Registration;

public sealed class HeartbeatLoopTests : IAsyncDisposable
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);
    readonly FakeTimeProvider clock = new();
    readonly RecordingLogger<HeartbeatLoop> log = new();
    readonly HostDirectories directories = new([], []);
    readonly ScriptedMetad metad = new();
    readonly CancellationTokenSource stop = new();
    readonly HeartbeatLoop loop;
    Task running = Task.CompletedTask;

    public HeartbeatLoopTests() => loop = new HeartbeatLoop(metad, directories, Interval, clock, new Random(1), log);

    [Fact]
    public async Task The_first_heartbeat_comes_at_once_and_the_next_after_each_interval()
    {
        await StartAsync();

        for (var beats = 2; beats <= 4; beats++)
        {
            clock.Advance(Interval - TimeSpan.FromMilliseconds(1));
            metad.Calls.ShouldBe(beats - 1);
            clock.Advance(TimeSpan.FromMilliseconds(1));
            await BeatsAsync(beats);
        }
    }

    [Fact]
    public async Task What_metad_reports_becomes_allowed()
    {
        metad.Services = [new HostService(Role.Storage, new HostAddress("n1", 9779), "/nebula", ["/d1", "/d2"])];

        await StartAsync();

        directories.Data.ShouldBe(["/d1", "/d2"]);
    }

    [Fact]
    public async Task After_a_failure_it_tries_again_within_seconds_and_says_when_it_is_back()
    {
        metad.Failure = new NebulaKeepException("nobody answers");
        await StartAsync();
        for (var failed = 1; failed <= 5; failed++)
        {
            clock.Advance(TimeSpan.FromSeconds(Math.Min(15, Math.Pow(2, failed - 1))));
            await BeatsAsync(failed + 1);
        }

        metad.Failure = null;
        clock.Advance(TimeSpan.FromSeconds(15));
        await BeatsAsync(7);

        log.At(LogLevel.Warning).ShouldContain("Heartbeat failed 1 times in a row: nobody answers");
        log.At(LogLevel.Information).ShouldBe(["Registered with metad again"]);
    }

    [Fact]
    public void Pauses_grow_to_a_quarter_of_a_minute_with_jitter()
    {
        var wholes = new[] { 1, 2, 4, 8, 15, 15 };
        for (var failed = 1; failed <= wholes.Length; failed++)
        {
            var pauses = Enumerable.Range(0, 50).Select(_ => loop.PauseAfter(failed).TotalSeconds).ToList();
            pauses.ShouldAllBe(pause => pause >= wholes[failed - 1] * 0.5 && pause <= wholes[failed - 1]);
            pauses.Distinct().Count().ShouldBeGreaterThan(10);
        }
    }

    [Fact]
    public void A_pause_after_failures_is_never_longer_than_the_interval()
    {
        using var quick = new HeartbeatLoop(metad, directories, TimeSpan.FromSeconds(3), clock, new Random(1), log);
        quick.PauseAfter(10).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task A_failure_that_nobody_foresaw_does_not_end_the_heartbeats()
    {
        metad.Failure = new InvalidOperationException("what is this");
        await StartAsync();

        metad.Failure = null;
        clock.Advance(TimeSpan.FromSeconds(1));
        await BeatsAsync(2);

        log.At(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("what is this");
    }

    [Fact]
    public async Task A_report_with_gaps_is_learnt_and_soon_asked_for_again()
    {
        metad.Services = [new HostService(Role.Storage, new HostAddress("n1", 9779), "/nebula", ["/d1"])];
        metad.Missing = "a metad is silent";
        await StartAsync();

        directories.Data.ShouldBe(["/d1"]);
        log.At(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("a metad is silent");
        clock.Advance(TimeSpan.FromSeconds(1));
        await BeatsAsync(2);
    }

    [Fact]
    public async Task A_nudge_registers_at_once()
    {
        await StartAsync();

        loop.Nudge();

        await BeatsAsync(2);
    }

    [Fact]
    public async Task Stopping_ends_a_call_that_hangs()
    {
        metad.Hangs = true;
        running = loop.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => metad.Calls == 1, "metad is asked");

        await stop.CancelAsync();

        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        loop.Dispose();
        stop.Dispose();
    }

    async Task StartAsync()
    {
        running = loop.RunAsync(stop.Token);
        await BeatsAsync(1);
    }

    /// <summary>The pause has begun when its timer waits.</summary>
    Task BeatsAsync(int count) => Eventually.TrueAsync(() => metad.Calls == count && clock.PendingTimers == 1, $"heartbeat {count} is over, {metad.Calls} seen");

    sealed class ScriptedMetad : IMetad
    {
        int calls;

        public int Calls => Volatile.Read(ref calls);

        public IReadOnlyList<HostService> Services { get; set; } = [];

        public string? Missing { get; set; }

        public Exception? Failure { get; set; }

        public bool Hangs { get; set; }

        public async Task<HostReport> RegisterAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref calls);
            if (Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return Failure is null ? new HostReport(Services, Missing) : throw Failure;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
