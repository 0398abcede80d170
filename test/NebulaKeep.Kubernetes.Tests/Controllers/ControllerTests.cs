using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Kubernetes.Controllers;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Queues;
using NebulaKeep.Testing;

namespace NebulaKeep.Kubernetes.Tests.Controllers;

public sealed class ControllerTests
{
    static readonly NamespacedName Key = new("default", "a");
    readonly FakeTimeProvider clock = new();
    readonly ConcurrentQueue<NamespacedName> worked = new();

    Controller Make(Reconcile reconcile) => new("test", async (key, cancellation) =>
    {
        worked.Enqueue(key);
        return await reconcile(key, cancellation);
    }, new BackOff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), 0, new Random(1)), clock, NullLogger.Instance);

    async Task RunAsync(Reconcile reconcile, Func<Controller, Task> act)
    {
        using var stop = new CancellationTokenSource();
        using var controller = Make(reconcile);
        var running = controller.RunAsync(2, stop.Token);
        controller.Enqueue(Key);
        await Eventually.TrueAsync(() => worked.Count == 1, "the first look");
        await act(controller);
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(10));
    }

    Task WorkedAsync(int times) => Eventually.TrueAsync(() => worked.Count >= times, $"{times} looks");

    [Fact]
    public Task A_failure_is_tried_again_later() => RunAsync((_, _) => throw new InvalidOperationException("no"), async _ =>
    {
        await Eventually.TrueAsync(() => clock.PendingTimers == 1, "the retry waits");
        clock.Advance(TimeSpan.FromSeconds(0.9));
        worked.Count.ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await WorkedAsync(2);
    });

    [Fact]
    public Task A_final_failure_is_not_tried_again_before_something_changes() => RunAsync((_, _) => throw new TerminalException("never"), async controller =>
    {
        controller.Enqueue(Key);
        await WorkedAsync(2);
        clock.Advance(TimeSpan.FromHours(1));
        worked.Count.ShouldBe(2);
    });

    [Fact]
    public Task A_wish_to_look_again_is_granted() => RunAsync((_, _) => Task.FromResult<TimeSpan?>(TimeSpan.FromHours(1)), async _ =>
    {
        await Eventually.TrueAsync(() => clock.PendingTimers == 1, "the next look waits");
        clock.Advance(TimeSpan.FromHours(1));
        await WorkedAsync(2);
    });

    [Fact]
    public async Task Stopping_waits_for_the_work_under_way()
    {
        using var stop = new CancellationTokenSource();
        var (begun, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var controller = Make(async (_, _) =>
        {
            begun.SetResult();
            await release.Task;
            return null;
        });
        var running = controller.RunAsync(1, stop.Token);
        controller.Enqueue(Key);
        await begun.Task;
        await stop.CancelAsync();
        running.IsCompleted.ShouldBeFalse();
        release.SetResult();

        await running.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
