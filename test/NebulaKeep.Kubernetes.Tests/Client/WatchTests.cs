using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Tests.Fakes;

namespace NebulaKeep.Kubernetes.Tests.Client;

public sealed class WatchTests : IAsyncLifetime
{
    static readonly CancellationToken Never = CancellationToken.None;
    static readonly KubeClientOptions Short = new() { WatchTimeout = TimeSpan.FromSeconds(1), WatchGrace = TimeSpan.FromMilliseconds(200) };
    FakeApiServer server = null!;

    public async ValueTask InitializeAsync() => server = await FakeApiServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    static async Task<List<WatchEvent>> CollectAsync(KubeClient client, string from = "1")
    {
        var events = new List<WatchEvent>();
        await foreach (var change in client.WatchAsync(KnownKinds.ConfigMap, Selection.All, from, Never)) events.Add(change);
        return events;
    }

    [Fact]
    public async Task A_watch_brings_what_changed_after_its_version_and_ends_when_the_server_says()
    {
        server.Store.Put("configmaps", TestObjects.ConfigMap("a", "1"));
        server.Store.Put("configmaps", TestObjects.ConfigMap("a", "2"));
        server.Store.Remove("configmaps", new NamespacedName("default", "a"));
        using var client = server.Client(Short);

        var events = await CollectAsync(client, from: "2");

        events.Select(change => (change.Type, change.Object.Text("data", "value"))).ShouldBe([(WatchEventType.Modified, "2"), (WatchEventType.Deleted, "2")]);
        server.Requests.Single().ShouldContain("allowWatchBookmarks=true&resourceVersion=2&timeoutSeconds=1");
    }

    [Fact]
    public async Task A_connection_on_which_nothing_comes_is_given_up()
    {
        server.Intercept = async context =>
        {
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        using var client = server.Client(Short);
        var started = Stopwatch.GetTimestamp();

        var error = await Should.ThrowAsync<KubeException>(() => CollectAsync(client));

        error.IsTransient.ShouldBeTrue();
        error.Message.ShouldContain("dead");
        Stopwatch.GetElapsedTime(started).ShouldBeInRange(TimeSpan.FromSeconds(1.1), TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task An_event_resets_the_wait()
    {
        server.Intercept = async context =>
        {
            for (var n = 0; n < 4; n++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(600));
                await FakeApiServer.WriteEventAsync(context, "BOOKMARK", TestObjects.ConfigMap("x"));
            }
            return true;
        };
        using var client = server.Client(Short);

        (await CollectAsync(client)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task Half_an_event_at_the_end_is_not_an_event()
    {
        server.Intercept = async context =>
        {
            await FakeApiServer.WriteEventAsync(context, "ADDED", TestObjects.ConfigMap("a"));
            await context.Response.WriteAsync("""{"type":"ADDED","object":{"metadata":{"na""");
            await context.Response.Body.FlushAsync();
            return true;
        };
        using var client = server.Client(Short);

        (await CollectAsync(client)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_cut_connection_is_a_transient_error_after_the_events_that_came()
    {
        server.Intercept = async context =>
        {
            await FakeApiServer.WriteEventAsync(context, "ADDED", TestObjects.ConfigMap("a"));
            context.Abort();
            return true;
        };
        using var client = server.Client(Short);

        (await Should.ThrowAsync<KubeException>(() => CollectAsync(client))).IsTransient.ShouldBeTrue();
    }

    [Fact]
    public async Task A_version_that_is_too_old_is_reported_as_such_by_an_event_or_an_answer()
    {
        server.Store.Put("configmaps", TestObjects.ConfigMap("a"));
        server.Store.Compact();
        using var client = server.Client(Short);
        (await Should.ThrowAsync<KubeException>(() => CollectAsync(client))).IsExpired.ShouldBeTrue();
        server.Intercept = async context =>
        {
            await FakeApiServer.RefuseAsync(context, 410, "Expired");
            return true;
        };

        (await Should.ThrowAsync<KubeException>(() => CollectAsync(client))).IsExpired.ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"type":"RENAMED","object":{}}""")]
    [InlineData("not json")]
    public async Task A_line_that_makes_no_sense_is_an_error(string line)
    {
        server.Intercept = async context =>
        {
            await context.Response.WriteAsync(line + "\n");
            return true;
        };
        using var client = server.Client(Short);

        await Should.ThrowAsync<KubeException>(() => CollectAsync(client));
    }
}
