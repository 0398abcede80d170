using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Kubernetes.Events;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Tests.Fakes;
using NebulaKeep.Testing;

namespace NebulaKeep.Kubernetes.Tests.Events;

public sealed class EventRecorderTests
{
    readonly FakeTimeProvider clock = new();

    static JsonObject About(string name = "b1")
    {
        var item = TestObjects.ConfigMap(name);
        item.Metadata()["uid"] = $"uid-{name}";
        return item;
    }

    static EventNote Note(string message, string name = "b1") => new(About(name), true, "Reason", message);

    [Fact]
    public async Task The_same_note_again_counts_one_event_up()
    {
        await using var server = await FakeApiServer.StartAsync();
        using var client = server.Client();
        using var stop = new CancellationTokenSource();
        var recorder = new EventRecorder(client, "test-controller", clock, NullLogger.Instance);
        for (var n = 0; n < 5; n++) recorder.Warning(About(), "SecretMissing", "Secret aws not found");
        recorder.Normal(About(), "Started", "Job made");
        var running = recorder.RunAsync(stop.Token);

        await Eventually.TrueAsync(() => server.Requests.Count == 6, "all notes were written");
        var (events, _) = server.Store.List("events");
        events.Select(item => (item.Text("type"), item.Text("reason"), item["count"]!.GetValue<int>())).Order()
            .ShouldBe([("Normal", "Started", 1), ("Warning", "SecretMissing", 5)]);
        events[0].Text("involvedObject", "uid").ShouldBe("uid-b1");
        events[0].Text("source", "component").ShouldBe("test-controller");
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public void A_noisy_object_has_an_allowance_that_refills()
    {
        var aggregator = new EventAggregator(clock);
        var made = Enumerable.Range(0, 100).Count(n => aggregator.Note(Note($"message {n}")).Action is EventAction.Create);
        made.ShouldBe(EventAggregator.Allowance);
        aggregator.Note(Note("other object", "b2")).Action.ShouldBe(EventAction.Create);

        clock.Advance(EventAggregator.Refill);
        aggregator.Note(Note("later")).Action.ShouldBe(EventAction.Create);
        aggregator.Note(Note("too soon")).Action.ShouldBe(EventAction.Drop);
    }

    [Fact]
    public void After_a_while_the_same_note_is_a_new_event()
    {
        var aggregator = new EventAggregator(clock);
        aggregator.Note(Note("x")).Action.ShouldBe(EventAction.Create);
        clock.Advance(EventAggregator.Window - TimeSpan.FromSeconds(1));
        aggregator.Note(Note("x")).Action.ShouldBe(EventAction.Update);
        clock.Advance(EventAggregator.Window);
        aggregator.Note(Note("x")).Action.ShouldBe(EventAction.Create);
    }

    [Fact]
    public void What_it_remembers_is_bounded()
    {
        var aggregator = new EventAggregator(clock);
        for (var n = 0; n < 20_000; n++) aggregator.Note(Note("x", $"object-{n}"));

        aggregator.Remembered.ShouldBeLessThanOrEqualTo(EventAggregator.MaxRemembered);
    }

    [Fact]
    public void Recording_never_waits_and_counts_what_it_drops()
    {
        var recorder = new EventRecorder(null!, "test", clock, NullLogger.Instance);
        for (var n = 0; n < 1500; n++) recorder.Normal(About(), "R", new string('x', 5000));

        recorder.Dropped.ShouldBe(500);
    }
}
